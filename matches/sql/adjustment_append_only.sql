-- Points adjustments are append-only: a new decision, or the correction of a mistake, is a new row.
-- Only recorded_by may change, to NULL, when that user's account is deleted.

CREATE FUNCTION matches_guard_adjustment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND NEW.recorded_by_id IS NULL
       AND to_jsonb(NEW) - 'recorded_by_id' = to_jsonb(OLD) - 'recorded_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'adjustment-append-only: points adjustment % is history and stays as it is; add another',
        OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_append_only';
END;
$$;

CREATE TRIGGER adjustment_append_only
    BEFORE UPDATE OR DELETE ON matches_pointsadjustment
    FOR EACH ROW EXECUTE FUNCTION matches_guard_adjustment();
