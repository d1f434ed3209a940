-- Columns for fold.sql with the letters that it appends. A recount from scratch does not use them: it
-- computes all letters afterwards (form_from_scratch.sql).
coalesce(string_agg(s.letter, '' ORDER BY s.place, s.match_id), '') AS letters,
min(stats_period(board.scope, s.kickoff_at)) FILTER (WHERE s.points IS NOT NULL) AS first_period,
max(stats_period(board.scope, s.kickoff_at)) FILTER (WHERE s.points IS NOT NULL) AS period_on,
min(s.place) AS first_place,
max(s.place) AS last_place
