-- View for readers: the tables of all seasons.

CREATE VIEW stats_standings AS
SELECT * FROM stats_standings_live UNION ALL SELECT * FROM stats_standings_closed;
