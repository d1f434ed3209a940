-- Tables of open seasons.

CREATE MATERIALIZED VIEW stats_standings_live AS SELECT * FROM stats_table WHERE NOT is_closed;

CREATE UNIQUE INDEX stats_standings_live_key ON stats_standings_live (season_id, team_id);
