-- The current predictions of a match by provenance and scoreline: how many, and the sums of their probabilities.

SELECT provenance, home_goals, away_goals, count(*), count(p_home), sum(p_home), sum(p_draw), sum(p_away)
FROM matches_prediction
WHERE match_id = %(match)s AND superseded_at IS NULL
GROUP BY provenance, home_goals, away_goals
