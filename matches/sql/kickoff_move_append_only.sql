-- Kickoff moves are append-only: they prove which predictions were in time, and when each move was recorded.
-- Only moved_by may change, to NULL, when that user's account is deleted.

CREATE FUNCTION matches_guard_kickoff_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND NEW.moved_by_id IS NULL
       AND to_jsonb(NEW) - 'moved_by_id' = to_jsonb(OLD) - 'moved_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kickoff-move-append-only: move % of match % is history and stays as it is; move it again',
        OLD.id, OLD.match_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'kickoff_move_append_only';
END;
$$;

CREATE TRIGGER kickoff_move_append_only
    BEFORE UPDATE OR DELETE ON matches_kickoffmove
    FOR EACH ROW EXECUTE FUNCTION matches_guard_kickoff_move();
