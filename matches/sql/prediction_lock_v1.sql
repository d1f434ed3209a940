-- The lock of predictions, enforced by the clock of the database for all code.
--
--   INSERT  submitted_at is set here, so that a prediction cannot be backdated;
--           a live prediction is refused from lock_at on. An archive one is accepted at any time;
--           its label never changes.
--   UPDATE  before the lock a row can only be superseded; after it no change is allowed.
--   DELETE  refused from the lock on.
--
-- FOR SHARE on the match row waits for a concurrent move of the kickoff.

CREATE FUNCTION matches_guard_prediction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked  record;
    lock   timestamptz;
    phase  text;
    tick   timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'DELETE' THEN asked := OLD; ELSE asked := NEW; END IF;
    SELECT lock_at, status INTO lock, phase FROM matches_match WHERE id = asked.match_id FOR SHARE;
    tick := clock_timestamp();
    -- A match that runs, or is over, is locked whatever its kickoff says: the result may be known.
    IF phase NOT IN ('scheduled', 'postponed', 'suspended') THEN
        lock := least(lock, tick);
    END IF;

    IF TG_OP = 'INSERT' THEN
        IF NEW.provenance = 'live' AND tick >= lock THEN
            RAISE EXCEPTION 'prediction-locked: match % locked at %, it is %', NEW.match_id, lock, tick
                USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_lock';
        END IF;
        NEW.submitted_at := tick;
        RETURN NEW;
    END IF;

    IF tick >= lock THEN
        RAISE EXCEPTION 'prediction-locked: prediction % of match % is locked since % and stays as it is',
            OLD.id, OLD.match_id, lock
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_lock';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.superseded_at IS NOT NULL
       OR to_jsonb(NEW) - 'superseded_at' IS DISTINCT FROM to_jsonb(OLD) - 'superseded_at' THEN
        RAISE EXCEPTION 'prediction-immutable: prediction % can only be superseded by a newer one', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_immutable';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER prediction_lock
    BEFORE INSERT OR UPDATE OR DELETE ON matches_prediction
    FOR EACH ROW EXECUTE FUNCTION matches_guard_prediction();
