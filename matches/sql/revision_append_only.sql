-- Recorded results are append-only: a wrong result is corrected by a new row, never changed.
-- Only recorded_by may change, to NULL, when that user's account is deleted.

CREATE FUNCTION matches_guard_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND NEW.recorded_by_id IS NULL
       AND to_jsonb(NEW) - 'recorded_by_id' = to_jsonb(OLD) - 'recorded_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'revision-append-only: result version % of match % is history and stays as it is',
        OLD.version, OLD.match_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_append_only';
END;
$$;

CREATE TRIGGER revision_append_only
    BEFORE UPDATE OR DELETE ON matches_resultrevision
    FOR EACH ROW EXECUTE FUNCTION matches_guard_revision();
