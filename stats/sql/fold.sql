-- Add (sign 1) or subtract (sign -1) the contribution of these settlements to every board.
-- The ids are passed as an array: with a join on "not yet folded" the planner would read all predictions.
--
-- Counts can be subtracted as they were added. Letters are ordered: those that come after the last letter of the row
-- are appended. Otherwise (a correction, a match that was settled late) the row is marked as disturbed, and its
-- letters are rebuilt from the scores (form_*.sql).
--
-- %(mixed)s: the forecasters with live and archive predictions, who have a third tally of both.

WITH scored AS (
    SELECT p.forecaster_id, p.provenance, s.points, s.tendency_points, s.goal_difference_points, s.exact_points,
           s.rps, s.brier, s.log_score, m.id AS match_id, m.kickoff_at,
           CASE WHEN s.points IS NULL THEN NULL ELSE ARRAY[m.kickoff_at, first.settled_at] END AS place,
           stats_letter(s.tendency_points, s.goal_difference_points, s.exact_points) AS letter,
           se.competition_id, m.season_id, m.home_team_id, m.away_team_id
    FROM scoring_settlementscore s
    JOIN scoring_settlement c ON c.id = s.settlement_id
    JOIN scoring_settlement first ON first.match_id = c.match_id AND first.number = 1
    JOIN matches_match m ON m.id = c.match_id
    JOIN matches_season se ON se.id = m.season_id
    JOIN matches_prediction p ON p.id = s.prediction_id
    WHERE s.settlement_id = ANY(%(settlements)s)
),
contribution AS (
    SELECT board.scope, board.scope_id, s.forecaster_id, made.provenance,
           count(*) AS matches,
           count(s.points) AS score_matches,
           count(s.rps) AS probability_matches,
           coalesce(sum(s.points), 0) AS points,
           count(*) FILTER (WHERE s.tendency_points > 0) AS tendency_hits,
           count(*) FILTER (WHERE s.goal_difference_points > 0) AS goal_difference_hits,
           count(*) FILTER (WHERE s.exact_points > 0) AS exact_hits,
           coalesce(sum(round(s.rps * 1e9)::bigint), 0) AS rps_sum,
           coalesce(sum(round(s.brier * 1e9)::bigint), 0) AS brier_sum,
           coalesce(sum(round(s.log_score * 1e9)::bigint), 0) AS log_score_sum,
           {letters}
    FROM scored s
    CROSS JOIN LATERAL stats_boards(s.competition_id, s.season_id, s.home_team_id, s.away_team_id) AS board
    CROSS JOIN LATERAL (
        SELECT s.provenance UNION ALL SELECT 'all'
        WHERE s.forecaster_id = ANY(%(mixed)s::bigint[]) AND s.provenance <> 'hindsight'
    ) AS made
    GROUP BY board.scope, board.scope_id, s.forecaster_id, made.provenance
)
INSERT INTO stats_tally AS tally (scope, scope_id, forecaster_id, provenance, matches, score_matches, probability_matches,
                                  points, tendency_hits, goal_difference_hits, exact_hits, rps_sum, brier_sum,
                                  log_score_sum, letters, period_on, first_place, last_place,
                                  streak_before, best_before, form_before, current_streak, best_streak, form, disturbed)
SELECT scope, scope_id, forecaster_id, provenance, matches, score_matches, probability_matches,
       points, tendency_hits, goal_difference_hits, exact_hits, rps_sum, brier_sum, log_score_sum,
       letters, period_on, first_place, last_place, 0, 0, '',
       stats_streak(0, letters), stats_best(0, 0, letters), right(letters, 5),
       coalesce(first_period < period_on, false)  -- letters of several periods at once: rebuild them
FROM contribution
ORDER BY scope, scope_id, forecaster_id, provenance
ON CONFLICT (scope, scope_id, forecaster_id, provenance) DO UPDATE SET
    matches = tally.matches + %(sign)s * excluded.matches,
    score_matches = tally.score_matches + %(sign)s * excluded.score_matches,
    probability_matches = tally.probability_matches + %(sign)s * excluded.probability_matches,
    points = tally.points + %(sign)s * excluded.points,
    tendency_hits = tally.tendency_hits + %(sign)s * excluded.tendency_hits,
    goal_difference_hits = tally.goal_difference_hits + %(sign)s * excluded.goal_difference_hits,
    exact_hits = tally.exact_hits + %(sign)s * excluded.exact_hits,
    rps_sum = tally.rps_sum + %(sign)s * excluded.rps_sum,
    brier_sum = tally.brier_sum + %(sign)s * excluded.brier_sum,
    log_score_sum = tally.log_score_sum + %(sign)s * excluded.log_score_sum,
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
