-- Form as letters, one per predicted match, oldest first: E exact, D goal difference, T tendency, - miss.
-- Letters are stored by the period of the kickoff, so that a late result or a correction rewrites one period only.

-- First day of the period that contains a moment: of the month, or for teams, which play less often, of the year.
CREATE FUNCTION stats_period(scope text, moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date_trunc(CASE scope WHEN 'team' THEN 'year' ELSE 'month' END, moment AT TIME ZONE 'UTC')::date
$$;

-- Boards on which a match counts.
CREATE FUNCTION stats_boards(competition bigint, season bigint, home bigint, away bigint)
    RETURNS TABLE (scope text, scope_id bigint) LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 AS $$
    VALUES ('overall', 0::bigint), ('competition', competition), ('season', season), ('team', home), ('team', away)
$$;

-- Number of consecutive hits at the end of `letters`, which follow `before` consecutive hits.
CREATE FUNCTION stats_streak(before integer, letters text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN strpos(letters, '-') = 0 THEN before + length(letters) ELSE length(split_part(letters, '-', -1)) END
$$;

-- Largest number of consecutive hits in `letters`.
CREATE FUNCTION stats_longest(letters text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(max(length(run)), 0) FROM string_to_table(letters, '-') AS run
$$;

-- Best streak after `letters`, which follow `before` consecutive hits and a best streak of `best`.
CREATE FUNCTION stats_best(best integer, before integer, letters text)
    RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(best, before + length(split_part(letters, '-', 1)),
                    CASE WHEN length(letters) > 1 THEN stats_longest(letters) ELSE 0 END)
$$;

-- True if new letters can be appended to those of a row: they are of the same period and later than its last one.
CREATE FUNCTION stats_follows(sign integer, disturbed boolean, period_on date, last_place timestamptz[],
                              new_disturbed boolean, new_period_on date, new_first_place timestamptz[])
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sign = 1 AND NOT disturbed AND NOT new_disturbed
                    AND (period_on IS NULL OR period_on = new_period_on)
                    AND (last_place IS NULL OR new_first_place > last_place), false)
$$;

-- Letter of a scored prediction: E exact, D goal difference, T tendency, - miss; null without a predicted score.
-- Simple enough for the planner to inline it.
CREATE FUNCTION stats_letter(tendency_points smallint, goal_difference_points smallint, exact_points smallint)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN exact_points > 0 THEN 'E' WHEN goal_difference_points > 0 THEN 'D'
                WHEN tendency_points > 0 THEN 'T' WHEN tendency_points = 0 THEN '-' END
$$;
