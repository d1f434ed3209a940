-- View for readers: live and closed boards with form.

CREATE VIEW stats_leaderboard AS
SELECT board.*,
       coalesce(f.current_streak, 0) AS current_streak,
       coalesce(f.best_streak, 0) AS best_streak,
       coalesce(f.form, '') AS form
FROM (SELECT * FROM stats_leaderboard_live UNION ALL SELECT * FROM stats_leaderboard_closed) AS board
LEFT JOIN stats_form f USING (scope, scope_id, forecaster_id, provenance);
