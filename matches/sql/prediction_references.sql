-- Referential integrity of predictions: their matches and forecasters exist. These triggers replace foreign
-- keys, which check each row and column separately. That took longer than the rest of an import.
--
--   INSERT on predictions    each match and forecaster of a statement is looked up once, and locked (FOR KEY
--                            SHARE) until the transaction ends. The references of a prediction never change:
--                            the triggers of the lock refuse this.
--   DELETE, TRUNCATE         of a match or forecaster with predictions is refused when the statement ends,
--                            after waiting for transactions that have the row locked.
--   UPDATE of their ids      is refused.
--
-- A DELETE with an older snapshot would not see new predictions of its rows, so it is allowed only under READ
-- COMMITTED, where the check uses a new snapshot.

CREATE FUNCTION matches_require_references() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted  bigint[];
    missing bigint;
BEGIN
    wanted := ARRAY (SELECT DISTINCT match_id FROM arrived);
    WITH held AS MATERIALIZED (
        SELECT id FROM matches_match WHERE id = ANY (wanted) ORDER BY id FOR KEY SHARE
    )
    SELECT id INTO missing FROM unnest(wanted) AS id EXCEPT SELECT id FROM held LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'prediction-refers-to-nothing: there is no match %', missing
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'prediction_match_exists';
    END IF;

    wanted := ARRAY (SELECT DISTINCT forecaster_id FROM arrived);
    WITH held AS MATERIALIZED (
        SELECT id FROM matches_forecaster WHERE id = ANY (wanted) ORDER BY id FOR KEY SHARE
    )
    SELECT id INTO missing FROM unnest(wanted) AS id EXCEPT SELECT id FROM held LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'prediction-refers-to-nothing: there is no forecaster %', missing
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'prediction_forecaster_exists';
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER prediction_references
    AFTER INSERT ON matches_prediction
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION matches_require_references();


CREATE FUNCTION matches_refuse_orphans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_needed boolean;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        is_needed := EXISTS (SELECT FROM matches_prediction);
    ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a row of % is deleted under READ COMMITTED only: its predictions are looked for anew',
            TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
    ELSIF TG_TABLE_NAME = 'matches_match' THEN
        is_needed := EXISTS (SELECT FROM matches_prediction
                             WHERE match_id = ANY (ARRAY (SELECT id FROM gone)));
    ELSE
        is_needed := EXISTS (SELECT FROM matches_prediction
                             WHERE forecaster_id = ANY (ARRAY (SELECT id FROM gone)));
    END IF;
    IF is_needed THEN
        RAISE EXCEPTION 'prediction-refers-to-it: % has rows that predictions refer to', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'prediction_references';
    END IF;
    RETURN NULL;
END;
$$;

CREATE FUNCTION matches_refuse_new_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'prediction-refers-to-it: the id of % in % is for ever', OLD.id, TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'prediction_references';
END;
$$;

CREATE TRIGGER match_has_no_predictions
    AFTER DELETE ON matches_match REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION matches_refuse_orphans();
CREATE TRIGGER match_table_has_no_predictions
    AFTER TRUNCATE ON matches_match FOR EACH STATEMENT EXECUTE FUNCTION matches_refuse_orphans();
CREATE TRIGGER match_id_for_ever
    BEFORE UPDATE OF id ON matches_match
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION matches_refuse_new_id();

CREATE TRIGGER forecaster_has_no_predictions
    AFTER DELETE ON matches_forecaster REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION matches_refuse_orphans();
CREATE TRIGGER forecaster_table_has_no_predictions
    AFTER TRUNCATE ON matches_forecaster FOR EACH STATEMENT EXECUTE FUNCTION matches_refuse_orphans();
CREATE TRIGGER forecaster_id_for_ever
    BEFORE UPDATE OF id ON matches_forecaster
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION matches_refuse_new_id();
