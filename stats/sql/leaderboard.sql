-- View for readers: all boards.

CREATE VIEW stats_leaderboard AS
SELECT * FROM stats_leaderboard_live
UNION ALL SELECT * FROM stats_leaderboard_team
UNION ALL SELECT * FROM stats_leaderboard_closed;
