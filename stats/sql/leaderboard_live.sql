-- Boards that can change at any time: overall, competitions, open seasons.

CREATE MATERIALIZED VIEW stats_leaderboard_live AS
SELECT * FROM stats_board WHERE scope <> 'team' AND NOT is_closed;

CREATE UNIQUE INDEX stats_leaderboard_live_key
    ON stats_leaderboard_live (forecaster_id, scope, scope_id, provenance);
CREATE INDEX stats_leaderboard_live_place ON stats_leaderboard_live (scope, scope_id, average_place);
