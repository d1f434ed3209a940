-- Commitments are published, so they never change and cannot be deleted, even if one is wrong.

CREATE FUNCTION matches_guard_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'commitment-append-only: what was published about match % stays as it is', OLD.match_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_append_only';
END;
$$;

CREATE TRIGGER commitment_append_only
    BEFORE UPDATE OR DELETE ON matches_commitment
    FOR EACH ROW EXECUTE FUNCTION matches_guard_commitment();
