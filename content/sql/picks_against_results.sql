-- Newest scored predictions of one forecaster, at most `limit`, without hindsight: their number by predicted and by actual
-- goal difference (3 and -3 include larger ones) and by points.

SELECT least(greatest(predicted, -3), 3), least(greatest(actual, -3), 3), points, count(*)
FROM (
    SELECT p.home_goals - p.away_goals AS predicted, c.home_goals - c.away_goals AS actual, s.points
    FROM matches_prediction p
    JOIN scoring_settlementscore s ON s.prediction_id = p.id AND s.points IS NOT NULL
    JOIN scoring_settlement c ON c.id = s.settlement_id AND c.superseded_at IS NULL
    JOIN matches_match m ON m.id = c.match_id
    WHERE p.forecaster_id = %(forecaster)s AND p.provenance <> 'hindsight'
    ORDER BY m.kickoff_at DESC, m.id DESC
    LIMIT %(limit)s
) AS newest
GROUP BY 1, 2, 3
