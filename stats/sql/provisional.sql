-- Threshold of provisional rows: min(30, max(min(10, top / 2), top / 10)) matches, rounded up to an integer;
-- `top` is the most matches of any row of the board. The same rule as stats/leaderboards.py; a test compares the two.

CREATE FUNCTION stats_provisional_below(top integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(30, greatest(least(10, (top + 1) / 2), (top + 9) / 10))
$$;
