-- Current predictions of a match, grouped by provenance, bookmakers or not, and scoreline: their number, the number of those with
-- probabilities, and exact sums of the probabilities.

SELECT p.provenance, f.kind = 'bookmaker', p.home_goals, p.away_goals, count(*), count(p.p_home),
       sum(p.p_home::numeric), sum(p.p_draw::numeric), sum(p.p_away::numeric)
FROM matches_prediction p JOIN matches_forecaster f ON f.id = p.forecaster_id
WHERE p.match_id = %(match)s AND p.superseded_at IS NULL
GROUP BY 1, 2, p.home_goals, p.away_goals
