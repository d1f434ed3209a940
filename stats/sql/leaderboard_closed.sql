-- Boards of closed seasons, refreshed only if such a season changes.

CREATE MATERIALIZED VIEW stats_leaderboard_closed AS
SELECT * FROM stats_board WHERE scope = 'season' AND is_closed;

CREATE UNIQUE INDEX stats_leaderboard_closed_key
    ON stats_leaderboard_closed (forecaster_id, scope, scope_id, provenance);
CREATE INDEX stats_leaderboard_closed_place ON stats_leaderboard_closed (scope, scope_id, average_place);
