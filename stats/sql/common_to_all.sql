-- Sums as in a tally, over the matches that all these forecasters predicted, by forecaster. Candidates are the newest matches
-- of `fewest`, the forecaster with fewest matches.

WITH candidate AS (
    SELECT c.id AS settlement_id, m.id AS match_id
    FROM matches_prediction p
    JOIN scoring_settlementscore s ON s.prediction_id = p.id
    JOIN scoring_settlement c ON c.id = s.settlement_id AND c.folded_at IS NOT NULL AND c.unfolded_at IS NULL
    JOIN matches_match m ON m.id = c.match_id
    JOIN matches_season season ON season.id = m.season_id
    WHERE p.forecaster_id = (SELECT id FROM matches_forecaster WHERE slug = %(fewest)s)
      AND stats_provenance(p.provenance, p.after_exposure) = ANY(%(made_of)s)
      AND (%(season)s::bigint IS NULL OR m.season_id = %(season)s)
      AND (%(competition)s::bigint IS NULL OR season.competition_id = %(competition)s)
      AND (%(team)s::bigint IS NULL OR %(team)s IN (m.home_team_id, m.away_team_id))
    ORDER BY m.kickoff_at DESC, m.id DESC
    LIMIT %(limit)s
),
counted AS (
    SELECT s.points, s.tendency_points, s.goal_difference_points, s.exact_points,
           round(s.rps * 1e9)::bigint AS rps, round(s.brier * 1e9)::bigint AS brier,
           round(s.log_score * 1e9)::bigint AS log_score,
           f.slug, stats_provenance(p.provenance, p.after_exposure) AS provenance,
           count(*) OVER (PARTITION BY s.settlement_id) AS shared
    FROM candidate
    JOIN matches_prediction p ON p.match_id = candidate.match_id
    JOIN matches_forecaster f ON f.id = p.forecaster_id AND f.slug = ANY(%(slugs)s)
    JOIN scoring_settlementscore s ON s.prediction_id = p.id AND s.settlement_id = candidate.settlement_id
    WHERE stats_provenance(p.provenance, p.after_exposure) = ANY(%(made_of)s) AND s.{column} IS NOT NULL
),
t AS (
    SELECT s.slug, {sums} FROM counted s WHERE s.shared = %(number)s GROUP BY s.slug
)
SELECT slug, matches, {metrics} FROM t
