-- Current predictions of a match, grouped by provenance and scoreline: their number, the number of those with
-- probabilities, and exact sums of the probabilities.

SELECT provenance, home_goals, away_goals, count(*), count(p_home), sum(p_home::numeric), sum(p_draw::numeric), sum(p_away::numeric)
FROM matches_prediction
WHERE match_id = %(match)s AND superseded_at IS NULL
GROUP BY provenance, home_goals, away_goals
