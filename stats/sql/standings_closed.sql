-- Tables of closed seasons, refreshed only if such a season changes.

CREATE MATERIALIZED VIEW stats_standings_closed AS SELECT * FROM stats_table WHERE is_closed;

CREATE UNIQUE INDEX stats_standings_closed_key ON stats_standings_closed (season_id, team_id);
