-- Form in letters, one a predicted match, oldest first: E exact, D goal difference, T tendency, - miss.
-- Letters are kept by the period of their kickoff: what comes late, or is corrected, rewrites one period.

-- The first day of the period of a board that a moment is in: of the month, or for teams, who play less, of the year.
CREATE FUNCTION stats_period(scope text, moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date_trunc(CASE scope WHEN 'team' THEN 'year' ELSE 'month' END, moment AT TIME ZONE 'UTC')::date
$$;

-- The boards on which a match counts.
CREATE FUNCTION stats_boards(competition bigint, season bigint, home bigint, away bigint)
    RETURNS TABLE (scope text, scope_id bigint) LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 AS $$
    VALUES ('overall', 0::bigint), ('competition', competition), ('season', season), ('team', home), ('team', away)
$$;

-- Hits in a row at the end of `letters`, which come after `before` hits in a row.
CREATE FUNCTION stats_streak(before integer, letters text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN strpos(letters, '-') = 0 THEN before + length(letters) ELSE length(split_part(letters, '-', -1)) END
$$;

-- The most hits in a row in `letters`.
CREATE FUNCTION stats_longest(letters text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(max(length(run)), 0) FROM string_to_table(letters, '-') AS run
$$;

-- The best streak ever, once `letters` have followed `before` hits in a row and a best of `best`.
CREATE FUNCTION stats_best(best integer, before integer, letters text)
    RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(best, before + length(split_part(letters, '-', 1)),
                    CASE WHEN length(letters) > 1 THEN stats_longest(letters) ELSE 0 END)
$$;

-- Whether new letters come behind all that a row has: of the same period, and later than its last one.
CREATE FUNCTION stats_follows(sign integer, disturbed boolean, period_on date, last_place timestamptz[],
                              new_disturbed boolean, new_period_on date, new_first_place timestamptz[])
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sign = 1 AND NOT disturbed AND NOT new_disturbed
                    AND (period_on IS NULL OR period_on = new_period_on)
                    AND (last_place IS NULL OR new_first_place > last_place), false)
$$;

-- The letter of a scored pick: E exact, D goal difference, T tendency, - miss; null where no score was picked.
-- Simple enough for the planner to put it in place of each call.
CREATE FUNCTION stats_letter(tendency_points smallint, goal_difference_points smallint, exact_points smallint)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN exact_points > 0 THEN 'E' WHEN goal_difference_points > 0 THEN 'D'
                WHEN tendency_points > 0 THEN 'T' WHEN tendency_points = 0 THEN '-' END
$$;
