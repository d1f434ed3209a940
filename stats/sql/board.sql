-- All rows of all leaderboards, computed from the tallies; each materialised view selects a part of it. Points are
-- averaged over predicted scores, RPS etc. over predictions with probabilities.
--
-- A forecaster has one row on a board, or three if it has both live and archive predictions: all, live, archive.
-- Hindsight predictions have a separate row with provenance hindsight, and are not contained in the others.
-- Each row repeats the figures of its whole board (live and archive predictions, the threshold of provisional rows),
-- so that a page of fifty rows needs no aggregate over 100,000. Provisional rows come last and have no rank.
-- All windows are partitioned by scope and is_closed, so that a materialised view reads only its own part.

CREATE VIEW stats_board AS
WITH mixed AS (
    SELECT forecaster_id FROM stats_tally WHERE scope = 'overall' AND scope_id = 0 AND provenance = 'all'
),
counted AS (
    SELECT t.scope, t.scope_id, s.closed_at IS NOT NULL AS is_closed, t.forecaster_id,
           CASE WHEN mixed.forecaster_id IS NULL AND t.provenance <> 'hindsight' THEN 'all'
                ELSE t.provenance END AS provenance,
           CASE WHEN t.provenance <> 'all' THEN t.provenance
                WHEN live.matches IS NULL THEN 'archive'
                WHEN live.matches = t.matches THEN 'live' ELSE 'mixed' END AS made_of,
           t.matches, t.score_matches, t.probability_matches,
           t.points, t.tendency_hits, t.goal_difference_hits, t.exact_hits,
           t.points::float8 / nullif(t.score_matches, 0) AS average_points,
           t.tendency_hits::float8 / nullif(t.score_matches, 0) AS tendency_accuracy,
           t.exact_hits::float8 / nullif(t.score_matches, 0) AS exact_accuracy,
           t.rps_sum::float8 / 1e9 / nullif(t.probability_matches, 0) AS rps,
           t.brier_sum::float8 / 1e9 / nullif(t.probability_matches, 0) AS brier,
           t.log_score_sum::float8 / 1e9 / nullif(t.probability_matches, 0) AS log_score,
           t.current_streak, t.best_streak, t.form
    FROM stats_tally t
    LEFT JOIN matches_season s ON t.scope = 'season' AND s.id = t.scope_id
    LEFT JOIN mixed ON mixed.forecaster_id = t.forecaster_id
    LEFT JOIN stats_tally live
        ON t.provenance = 'all' AND live.scope = t.scope AND live.scope_id = t.scope_id
        AND live.forecaster_id = t.forecaster_id AND live.provenance = 'live' AND live.matches > 0
    WHERE t.matches > 0
),
weighed AS (
    SELECT c.*, f.name,
           stats_provisional_below(max(matches) OVER board) AS provisional_below,
           matches < stats_provisional_below(max(matches) OVER board) AS is_provisional,
           coalesce(sum(matches) FILTER (WHERE made_of = 'live') OVER board, 0)::bigint AS board_live,
           coalesce(sum(matches) FILTER (WHERE made_of = 'archive') OVER board, 0)::bigint AS board_archive
    FROM counted c
    JOIN matches_forecaster f ON f.id = c.forecaster_id
    WINDOW board AS (PARTITION BY scope, scope_id, is_closed, c.provenance = 'hindsight')
)
SELECT scope, scope_id, is_closed, forecaster_id, provenance, made_of, matches, score_matches, probability_matches,
       points, tendency_hits, goal_difference_hits, exact_hits, average_points, tendency_accuracy, exact_accuracy,
       rps, brier, log_score, current_streak, best_streak, form,
       CASE WHEN provenance = 'all' THEN row_number() OVER (board ORDER BY
           is_provisional, average_points DESC NULLS LAST, matches DESC, name) END::int AS average_place,
       CASE WHEN provenance = 'all' AND NOT is_provisional AND average_points IS NOT NULL THEN
           rank() OVER (board ORDER BY is_provisional, average_points DESC NULLS LAST) END::int AS average_rank,
       CASE WHEN provenance = 'all' THEN count(*) OVER (PARTITION BY
           scope, scope_id, is_closed, provenance, is_provisional, average_points) END::int AS average_ties,
       CASE WHEN provenance = 'all' THEN
           count(average_points) FILTER (WHERE NOT is_provisional) OVER board END::int AS average_field,
       board_live, board_archive, provisional_below, is_provisional
FROM weighed
WINDOW board AS (PARTITION BY scope, scope_id, is_closed, provenance);
