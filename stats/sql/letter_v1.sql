-- The letter of a scored pick: E exact, D goal difference, T tendency, - miss; null where no score was picked.
-- Simple enough for the planner to put it in place of each call.
CREATE FUNCTION stats_letter(tendency_points smallint, goal_difference_points smallint, exact_points smallint)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN exact_points > 0 THEN 'E' WHEN goal_difference_points > 0 THEN 'D'
                WHEN tendency_points > 0 THEN 'T' WHEN tendency_points = 0 THEN '-' END
$$;
