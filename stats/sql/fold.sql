-- Add (sign 1) or subtract (sign -1) the contribution of these settlements to every board.
-- The ids are passed as an array, and the predictions are read before anything is joined to them (`predicted`): with a
-- join on "not yet folded", or with statistics that are out of date, the planner would read all predictions. The second
-- condition on the ids keeps it from reading all settlements.
--
-- Counts can be subtracted as they were added. Letters are ordered: those that come after the last letter of the row
-- are appended. Otherwise (a correction, a match that was settled late) the row is marked as disturbed, and its
-- letters are rebuilt from the scores (form_*.sql).
--
-- %(mixed)s: the forecasters with predictions of several provenances (live, archive, exposed), who have another tally of
-- all of them.

WITH predicted AS MATERIALIZED (
    SELECT p.forecaster_id, stats_provenance(p.provenance, p.after_exposure) AS provenance,
           CASE p.provenance WHEN 'hindsight' THEN 'hindsight' ELSE 'all' END AS field,
           s.settlement_id, s.points, s.tendency_points, s.goal_difference_points, s.exact_points,
           round(s.rps * 1e9)::bigint AS rps, round(s.brier * 1e9)::bigint AS brier,
           round(s.log_score * 1e9)::bigint AS log_score,
           stats_letter(s.tendency_points, s.goal_difference_points, s.exact_points) AS letter
    FROM scoring_settlementscore s
    JOIN matches_prediction p ON p.id = s.prediction_id
    WHERE s.settlement_id = ANY(%(settlements)s)
),
scored AS MATERIALIZED (
    SELECT s.*, m.id AS match_id, m.kickoff_at,
           1000 * s.rps - stats_mean(own.rps_sum, own.predictions) AS rps_excess,
           1000 * s.brier - stats_mean(own.brier_sum, own.predictions) AS brier_excess,
           1000 * s.rps - stats_mean(everyone.rps_sum, everyone.predictions) AS rps_excess_all,
           1000 * s.brier - stats_mean(everyone.brier_sum, everyone.predictions) AS brier_excess_all,
           CASE WHEN s.points IS NULL THEN NULL ELSE ARRAY[m.kickoff_at, first.settled_at] END AS place,
           se.competition_id, m.season_id, m.home_team_id, m.away_team_id
    FROM predicted s
    JOIN scoring_settlement c ON c.id = s.settlement_id
    JOIN scoring_settlement first ON first.match_id = c.match_id AND first.number = 1
    JOIN matches_match m ON m.id = c.match_id
    JOIN matches_season se ON se.id = m.season_id
    LEFT JOIN stats_fieldsum own ON own.settlement_id = s.settlement_id AND own.provenance = s.provenance
    LEFT JOIN stats_fieldsum everyone ON everyone.settlement_id = s.settlement_id AND everyone.provenance = s.field
    WHERE c.id = ANY(%(settlements)s::bigint[])
),
contribution AS (
    SELECT board.scope, board.scope_id, s.forecaster_id, made.provenance,
           {sums},
           {letters}
    FROM scored s
    CROSS JOIN LATERAL stats_boards(s.competition_id, s.season_id, s.home_team_id, s.away_team_id) AS board
    CROSS JOIN LATERAL (
        SELECT s.provenance UNION ALL SELECT 'all'
        WHERE s.forecaster_id = ANY(%(mixed)s::bigint[]) AND s.provenance <> 'hindsight'
    ) AS made
    WHERE {boards}
    GROUP BY board.scope, board.scope_id, s.forecaster_id, made.provenance
)
INSERT INTO stats_tally AS tally (scope, scope_id, forecaster_id, provenance, {columns},
                                  letters, period_on, first_place, last_place,
                                  streak_before, best_before, form_before, current_streak, best_streak, form, disturbed)
SELECT scope, scope_id, forecaster_id, provenance, {columns},
       letters, period_on, first_place, last_place, 0, 0, '',
       stats_streak(0, letters), stats_best(0, 0, letters), right(letters, 5),
       coalesce(first_period < period_on, false)  -- letters of several periods at once: rebuild them
FROM contribution
ORDER BY scope, scope_id, forecaster_id, provenance
ON CONFLICT (scope, scope_id, forecaster_id, provenance) DO UPDATE SET
    {additions},
    disturbed = tally.disturbed OR (excluded.letters <> '' AND NOT {follows}),
    letters = CASE WHEN {follows} THEN tally.letters || excluded.letters ELSE tally.letters END,
    period_on = CASE WHEN {follows} THEN excluded.period_on ELSE coalesce(tally.period_on, excluded.period_on) END,
    first_place = CASE WHEN {follows} THEN coalesce(tally.first_place, excluded.first_place) ELSE tally.first_place END,
    last_place = CASE WHEN {follows} THEN excluded.last_place ELSE tally.last_place END,
    current_streak = CASE WHEN {follows} THEN stats_streak(tally.current_streak, excluded.letters)
                          ELSE tally.current_streak END,
    best_streak = CASE WHEN {follows} THEN stats_best(tally.best_streak, tally.current_streak, excluded.letters)
                       ELSE tally.best_streak END,
    form = CASE WHEN {follows} THEN right(tally.form || excluded.letters, 5) ELSE tally.form END
