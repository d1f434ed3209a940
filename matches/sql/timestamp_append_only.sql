-- Timestamps are signed evidence: they never change and cannot be deleted.

CREATE FUNCTION matches_guard_timestamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'timestamp-append-only: the timestamp of commitment % stays as it is', OLD.commitment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'timestamp_append_only';
END;
$$;

CREATE TRIGGER timestamp_append_only
    BEFORE UPDATE OR DELETE ON matches_timestamp
    FOR EACH ROW EXECUTE FUNCTION matches_guard_timestamp();
