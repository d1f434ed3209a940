-- Mean of `number` integers with this sum, in thousandths, rounded half up. Neither may be negative. So the mean of scores
-- in billionths has units of 1e-12, and stats_mean(1000000000, k) is 1/k in these units.

CREATE FUNCTION stats_mean(total bigint, number bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (1000 * total + number / 2) / number
$$;

-- Sum of bigint values as bigint, 0 without any. The standard sum() returns numeric, which takes three times as long.
CREATE AGGREGATE stats_sum(bigint) (
    SFUNC = int8pl, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE
);
