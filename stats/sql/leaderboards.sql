-- Views of the leaderboards, computed from the tallies. stats/view_definitions.py fills in the metrics.
--
-- stats_board has all rows of all leaderboards; each materialised view below selects a part of it.
-- A forecaster has one row on a board with all its predictions, and one more for the live and for the archive ones if
-- these are not all of them. A row `live` leaves out predictions after exposure (tally_provenance.sql), which the row of
-- all predictions includes and counts in `after_exposure`.
-- Hindsight predictions have a separate row with provenance hindsight, and are not contained in the others.
-- Each row repeats the figures of its whole board (live and archive predictions, the threshold of provisional rows),
-- so that a page of fifty rows needs no aggregate over 100,000. Provisional rows come last and have no rank.
-- All windows are partitioned by scope and is_closed, so that a materialised view reads only its own part.

CREATE VIEW stats_board AS
WITH counted AS (  -- `other`: of a row with all predictions the live part, of a part the row with all of them
    SELECT t.scope, t.scope_id, s.closed_at IS NOT NULL AS is_closed, t.forecaster_id,
           CASE WHEN other.matches IS NULL AND t.provenance <> 'hindsight' THEN 'all'
                ELSE t.provenance END AS provenance,
           CASE WHEN t.provenance = 'exposed' THEN 'live'
                WHEN t.provenance <> 'all' THEN t.provenance
                WHEN coalesce(other.matches, 0) + t.after_exposure = 0 THEN 'archive'
                WHEN coalesce(other.matches, 0) + t.after_exposure = t.matches THEN 'live' ELSE 'mixed' END AS made_of,
           CASE WHEN t.provenance = 'all' THEN coalesce(other.matches, 0) + t.after_exposure
                WHEN t.provenance IN ('live', 'exposed') AND other.matches IS NULL THEN t.matches
                ELSE 0 END AS live_matches,
           t.matches, t.score_matches, t.probability_matches, t.after_exposure,
           {metrics},
           t.current_streak, t.best_streak, t.form
    FROM stats_tally t
    LEFT JOIN matches_season s ON t.scope = 'season' AND s.id = t.scope_id
    LEFT JOIN stats_tally other
        ON other.scope = t.scope AND other.scope_id = t.scope_id AND other.forecaster_id = t.forecaster_id
        AND other.provenance = CASE t.provenance WHEN 'all' THEN 'live' WHEN 'hindsight' THEN NULL ELSE 'all' END
        AND other.provenance IN ('all', 'live') AND other.matches > 0
    WHERE t.matches > 0
      AND (t.provenance IN ('all', 'hindsight') OR other.matches IS NULL
           OR t.provenance <> 'exposed' AND other.matches <> t.matches)
),
weighed AS (
    SELECT c.*, f.name,
           stats_provisional_below(max(matches) OVER board) AS provisional_below,
           matches < stats_provisional_below(max(matches) OVER board) AS is_provisional,
           (sum(live_matches) OVER board)::bigint AS board_live,
           coalesce(sum(matches - live_matches) FILTER (WHERE c.provenance = 'all') OVER board, 0)::bigint AS board_archive
    FROM counted c
    JOIN matches_forecaster f ON f.id = c.forecaster_id
    WINDOW board AS (PARTITION BY scope, scope_id, is_closed, c.provenance = 'hindsight')
)
SELECT scope, scope_id, is_closed, forecaster_id, provenance, made_of, matches, score_matches, probability_matches,
       after_exposure, {names},
       current_streak, best_streak, form,
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

-- Boards that can change at any time: overall, competitions, open seasons.
CREATE MATERIALIZED VIEW stats_leaderboard_live AS SELECT * FROM stats_board WHERE scope <> 'team' AND NOT is_closed;
CREATE UNIQUE INDEX stats_leaderboard_live_key ON stats_leaderboard_live (forecaster_id, scope, scope_id, provenance);
CREATE INDEX stats_leaderboard_live_place ON stats_leaderboard_live (scope, scope_id, average_place);

-- Team boards. There are many, so a large installation refreshes them less often.
CREATE MATERIALIZED VIEW stats_leaderboard_team AS SELECT * FROM stats_board WHERE scope = 'team';
CREATE UNIQUE INDEX stats_leaderboard_team_key ON stats_leaderboard_team (forecaster_id, scope, scope_id, provenance);
CREATE INDEX stats_leaderboard_team_place ON stats_leaderboard_team (scope, scope_id, average_place);

-- Boards of closed seasons, refreshed only if such a season changes.
CREATE MATERIALIZED VIEW stats_leaderboard_closed AS SELECT * FROM stats_board WHERE scope = 'season' AND is_closed;
CREATE UNIQUE INDEX stats_leaderboard_closed_key ON stats_leaderboard_closed (forecaster_id, scope, scope_id, provenance);
CREATE INDEX stats_leaderboard_closed_place ON stats_leaderboard_closed (scope, scope_id, average_place);

-- View for readers: all boards.
CREATE VIEW stats_leaderboard AS
SELECT * FROM stats_leaderboard_live
UNION ALL SELECT * FROM stats_leaderboard_team
UNION ALL SELECT * FROM stats_leaderboard_closed;
