-- Team boards. There are many, so a large installation refreshes them less often.

CREATE MATERIALIZED VIEW stats_leaderboard_team AS
SELECT * FROM stats_board WHERE scope = 'team';

CREATE UNIQUE INDEX stats_leaderboard_team_key
    ON stats_leaderboard_team (forecaster_id, scope, scope_id, provenance);
CREATE INDEX stats_leaderboard_team_place ON stats_leaderboard_team (scope, scope_id, average_place);
