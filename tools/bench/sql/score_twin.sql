-- A table like scoring_settlementscore: the same columns, keys, checks and foreign keys.

CREATE TABLE bench_score_twin (LIKE scoring_settlementscore INCLUDING ALL);
DO $$
DECLARE
    key record;
BEGIN
    FOR key IN SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
               WHERE conrelid = 'scoring_settlementscore'::regclass AND contype = 'f' LOOP
        EXECUTE 'ALTER TABLE bench_score_twin ADD ' || key.definition;
    END LOOP;
END;
$$;
