-- The newest matches for which two forecasters both have scores that the leaderboards count, newest first. Hindsight
-- predictions are left out. Probability scores are in billionths, as in the sums of pairs (pair_sums.sql).

WITH scored AS (
    SELECT p.forecaster_id, s.settlement_id, stats_provenance(p.provenance, p.after_exposure) AS provenance, s.points,
           round(s.rps * 1e9)::bigint AS rps, round(s.brier * 1e9)::bigint AS brier,
           round(s.log_score * 1e9)::bigint AS log_score
    FROM matches_prediction p
    JOIN scoring_settlementscore s ON s.prediction_id = p.id
    WHERE p.forecaster_id = ANY(%(forecasters)s::bigint[]) AND p.provenance <> 'hindsight'
)
SELECT m.id, m.kickoff_at, m.kickoff_time_known, home.short_name, away.short_name, c.home_goals, c.away_goals, c.id,
       CASE WHEN %(season)s::bigint IS NULL AND %(competition)s::bigint IS NULL
            THEN competition.name || ' ' || season.label ELSE season.label END, stage.name,
       CASE WHEN a.provenance = b.provenance AND a.provenance <> 'exposed' THEN a.provenance ELSE 'mixed' END,
       a.points, a.rps, a.brier, a.log_score, b.points, b.rps, b.brier, b.log_score
FROM scored a
JOIN scored b ON b.settlement_id = a.settlement_id AND b.forecaster_id = %(b)s
JOIN scoring_settlement c ON c.id = a.settlement_id AND c.folded_at IS NOT NULL AND c.unfolded_at IS NULL
JOIN matches_match m ON m.id = c.match_id
JOIN matches_season season ON season.id = m.season_id
JOIN matches_competition competition ON competition.id = season.competition_id
JOIN matches_stage stage ON stage.id = m.stage_id
JOIN matches_team home ON home.id = m.home_team_id
JOIN matches_team away ON away.id = m.away_team_id
WHERE a.forecaster_id = %(a)s
  AND (%(season)s::bigint IS NULL OR m.season_id = %(season)s)
  AND (%(competition)s::bigint IS NULL OR season.competition_id = %(competition)s)
ORDER BY m.kickoff_at DESC, m.id DESC
LIMIT %(limit)s
