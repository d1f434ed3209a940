-- exposed_at of a match: the time at which its predictions, which had been public, became secret again, because
-- the kickoff moved to the future. It is recorded once. prediction_lock.sql marks live predictions that are
-- received afterwards, as their forecasters may have seen the others.
--
-- For all code: a value that a statement sets is ignored. reveal_at is generated after this trigger, so the
-- new one cannot be read here; it is later than now if lock_at or sealed_until is.

CREATE FUNCTION matches_record_exposure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tick timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.exposed_at := NULL;
        RETURN NEW;
    END IF;
    NEW.exposed_at := OLD.exposed_at;
    IF OLD.exposed_at IS NULL AND OLD.reveal_at <= tick AND greatest(NEW.lock_at, NEW.sealed_until) > tick
       AND EXISTS (SELECT FROM matches_prediction WHERE match_id = OLD.id) THEN
        NEW.exposed_at := tick;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER match_exposure
    BEFORE INSERT OR UPDATE ON matches_match
    FOR EACH ROW EXECUTE FUNCTION matches_record_exposure();
