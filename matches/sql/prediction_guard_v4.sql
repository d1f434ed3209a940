-- Allowed changes of an existing prediction; the rest of the lock is in prediction_lock_v3.sql. The digest is not
-- compared: it is generated from the other columns, and not yet computed in a BEFORE trigger.

CREATE OR REPLACE FUNCTION matches_guard_prediction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lock   timestamptz;
    phase  text;
    tick   timestamptz;
BEGIN
    SELECT lock_at, status INTO lock, phase FROM matches_match
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.match_id ELSE NEW.match_id END FOR SHARE;
    tick := clock_timestamp();

    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
       AND to_jsonb(NEW) - '{superseded_at,late,digest}'::text[] = to_jsonb(OLD) - '{superseded_at,late,digest}'::text[]
       AND NEW.late = (NEW.provenance = 'live' AND NEW.submitted_at >= lock) THEN
        RETURN NEW;
    END IF;

    IF phase NOT IN ('scheduled', 'postponed', 'suspended') THEN
        lock := least(lock, tick);
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
       OR to_jsonb(NEW) - '{superseded_at,digest}'::text[]
          IS DISTINCT FROM to_jsonb(OLD) - '{superseded_at,digest}'::text[] THEN
        RAISE EXCEPTION 'prediction-immutable: prediction % can only be superseded by a newer one', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_immutable';
    END IF;
    RETURN NEW;
END;
$$;
