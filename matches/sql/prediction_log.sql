-- The log of a match: every live prediction received for it, numbered from 1 in the order of arrival, without gaps.
-- Triggers write it for all code, and it never changes. So the part covered by a commitment stays the same, and no one,
-- including the operators, can add or remove a prediction later without it being detected.
--
-- Submissions for the same match wait for each other until the commit. Statements lock matches in the order of ids.
-- A live prediction cannot be deleted, not even before the lock; it can be superseded.

CREATE FUNCTION matches_log_predictions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM arrived WHERE provenance = 'live') THEN
        RETURN NULL;
    END IF;
    INSERT INTO matches_predictionlog AS log (match_id, size)
    SELECT match_id, count(*) FROM arrived WHERE provenance = 'live' GROUP BY match_id ORDER BY match_id
    ON CONFLICT (match_id) DO UPDATE SET size = log.size + excluded.size;

    INSERT INTO matches_predictionlogentry (match_id, position, prediction_id)
    SELECT match_id, log.size - count(*) OVER field + row_number() OVER (field ORDER BY id), id
    FROM arrived JOIN matches_predictionlog AS log USING (match_id)
    WHERE provenance = 'live'
    WINDOW field AS (PARTITION BY match_id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER prediction_log_new
    AFTER INSERT ON matches_prediction
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION matches_log_predictions();


-- Only the trigger above may write; it is recognized by pg_trigger_depth() (a trigger within a trigger).
CREATE FUNCTION matches_guard_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND TG_TABLE_NAME = 'matches_predictionlog' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'prediction-log: the log of a match is written by the database and never changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_log';
END;
$$;

CREATE TRIGGER prediction_log_kept
    BEFORE INSERT OR UPDATE OR DELETE ON matches_predictionlogentry
    FOR EACH ROW EXECUTE FUNCTION matches_guard_log();

CREATE TRIGGER prediction_log_size_kept
    BEFORE INSERT OR UPDATE OR DELETE ON matches_predictionlog
    FOR EACH ROW EXECUTE FUNCTION matches_guard_log();
