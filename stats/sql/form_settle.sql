-- Recompute form and streaks of disturbed rows from the state before the period and its letters; clear the mark.

WITH {touched}
UPDATE stats_tally t
SET current_streak = stats_streak(t.streak_before, t.letters),
    best_streak = stats_best(t.best_before, t.streak_before, t.letters),
    form = right(t.form_before || t.letters, 5),
    disturbed = false
FROM (SELECT DISTINCT scope, scope_id FROM touched) AS board
WHERE t.scope = board.scope AND t.scope_id = board.scope_id AND t.disturbed
