-- The lock of predictions, enforced by the clock of the database for all code.
--
--   INSERT  submitted_at is set here, so that a prediction cannot be backdated;
--           a live prediction is refused from lock_at on. An archive one is accepted at any time;
--           its label never changes.
--   UPDATE  before the lock a row can only be superseded; after it no change is allowed.
--   DELETE  refused from the lock on.
--
-- FOR SHARE on the match row waits for a concurrent move of the kickoff.
--
-- One update is exempt: if lock_at moves, the second trigger below updates which rows count. Its updates are
-- recognized by pg_trigger_depth() (a trigger within a trigger), which other statements cannot imitate.

CREATE FUNCTION matches_guard_prediction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked  record;
    lock   timestamptz;
    phase  text;
    tick   timestamptz;
BEGIN
    IF TG_OP = 'DELETE' THEN asked := OLD; ELSE asked := NEW; END IF;
    SELECT lock_at, status INTO lock, phase FROM matches_match WHERE id = asked.match_id FOR SHARE;
    tick := clock_timestamp();

    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
       AND to_jsonb(NEW) - '{superseded_at,late}'::text[] = to_jsonb(OLD) - '{superseded_at,late}'::text[]
       AND NEW.late = (NEW.provenance = 'live' AND NEW.submitted_at >= lock) THEN
        RETURN NEW;
    END IF;

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
        NEW.late := false;
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


-- After a moved lock: update which row of each forecaster counts, as if the lock had always been there.
-- A live row received at or after the lock is late and cannot be current. Of the others, the last one received
-- before the lock is current; if all live rows are late, an archive one is, if any.
-- Forecasters without live rows are not changed: the lock does not affect archive rows.

CREATE FUNCTION matches_apply_lock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counting bigint[];
BEGIN
    SELECT array_agg(id) INTO counting FROM (
        SELECT DISTINCT ON (forecaster_id) id
        FROM matches_prediction AS p
        WHERE match_id = NEW.id
          AND NOT (provenance = 'live' AND submitted_at >= NEW.lock_at)
          AND EXISTS (SELECT FROM matches_prediction AS l
                      WHERE l.match_id = NEW.id AND l.forecaster_id = p.forecaster_id AND l.provenance = 'live')
        ORDER BY forecaster_id, (submitted_at < NEW.lock_at) DESC, submitted_at DESC, id DESC
    ) AS newest;

    -- Out first, in second: at no moment may two rows of a forecaster be current.
    UPDATE matches_prediction AS p
    SET late = (p.submitted_at >= NEW.lock_at),
        superseded_at = coalesce(p.superseded_at, clock_timestamp())
    WHERE p.match_id = NEW.id AND p.provenance = 'live' AND p.id <> ALL (coalesce(counting, '{}'))
      AND (p.superseded_at IS NULL OR p.late IS DISTINCT FROM (p.submitted_at >= NEW.lock_at));

    UPDATE matches_prediction AS p
    SET superseded_at = clock_timestamp()
    WHERE p.match_id = NEW.id AND p.provenance = 'archive' AND p.superseded_at IS NULL
      AND p.id <> ALL (coalesce(counting, '{}'))
      AND EXISTS (SELECT FROM matches_prediction AS l
                  WHERE l.match_id = NEW.id AND l.forecaster_id = p.forecaster_id AND l.provenance = 'live');

    UPDATE matches_prediction AS p
    SET late = false, superseded_at = NULL
    WHERE p.id = ANY (counting) AND (p.superseded_at IS NOT NULL OR p.late);
    RETURN NULL;
END;
$$;

CREATE TRIGGER match_lock_moved
    AFTER UPDATE OF lock_at ON matches_match
    FOR EACH ROW EXECUTE FUNCTION matches_apply_lock();
