-- The lock of predictions, enforced by the clock of the database for all code.
--
--   INSERT  submitted_at defaults to the time at which the statement arrived, and no other value is
--           accepted, so that a prediction cannot be backdated; a live prediction is refused from lock_at
--           on. An archive one is accepted at any time; its label never changes. A live prediction of a match
--           whose predictions had been public (exposed_at, see match_exposure.sql) is marked `after_exposure`.
--   UPDATE  before the lock a row can only be superseded; after it no change is allowed.
--   DELETE  refused from the lock on.
--
-- FOR SHARE on the match row waits for a concurrent move of the kickoff.
--
-- A statement trigger checks all new rows at once: a million rows of one match read that match once. The
-- clock is read after the matches are locked, so a statement that begins before the lock and ends after it
-- is refused. There is no trigger for each inserted row, as COPY would then store rows one by one instead of
-- page by page, which takes half as long again.
--
-- The trigger locks the matches only after the rows are inserted. Code that must wait for a concurrent move
-- of the kickoff, and not fail, locks the matches FOR SHARE first, as matches/services/predictions.py does.
--
-- Two updates are exempt: the mark `after_exposure` of new rows, and, if lock_at moves, those of the last trigger
-- below, which updates which rows count. They are recognized by pg_trigger_depth() (a trigger within a trigger),
-- which other statements cannot imitate.

-- Arrays, not joins with the new rows: PL/pgSQL keeps plans for the session, and a plan made for a
-- statement of one row would compare every match with each of a million rows.

CREATE OR REPLACE FUNCTION matches_guard_new_predictions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched  bigint[];
    live     bigint[];
    exposed  bigint[];
    dated    boolean;
    closed   record;
    tick     timestamptz;
BEGIN
    SELECT array_agg(match_id), array_agg(match_id) FILTER (WHERE has_live), bool_or(is_dated)
    INTO touched, live, dated
    FROM (
        SELECT match_id, bool_or(provenance = 'live') AS has_live,
               bool_or(submitted_at <> statement_timestamp() OR late OR after_exposure) AS is_dated
        FROM arrived GROUP BY match_id
    ) AS matches;

    IF dated THEN
        RAISE EXCEPTION 'prediction-stamped: the database itself says when a prediction was received and'
            ' whether it is late or after exposure: leave submitted_at, late and after_exposure out'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_stamped';
    END IF;

    PERFORM FROM matches_match WHERE id = ANY (touched) ORDER BY id FOR SHARE;
    tick := clock_timestamp();

    -- A match that has started or is over is locked, even if its kickoff is later: the result may be known.
    SELECT id, CASE WHEN status IN (OPEN_STATUSES) THEN lock_at
                    ELSE least(lock_at, tick) END AS lock
    INTO closed FROM matches_match
    WHERE id = ANY (live) AND (status NOT IN (OPEN_STATUSES) OR lock_at <= tick)
    ORDER BY id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'prediction-locked: match % locked at %, it is %', closed.id, closed.lock, tick
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_lock';
    END IF;

    SELECT array_agg(id) INTO exposed FROM matches_match WHERE id = ANY (live) AND exposed_at IS NOT NULL;
    IF exposed IS NOT NULL THEN
        UPDATE matches_prediction SET after_exposure = true
        WHERE id IN (SELECT id FROM arrived WHERE match_id = ANY (exposed) AND provenance = 'live');
    END IF;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE TRIGGER prediction_lock_new
    AFTER INSERT ON matches_prediction
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION matches_guard_new_predictions();


-- What may become of a prediction that is there. The digest is left out of the comparison: it is made of the
-- other columns, and a trigger before the row does not see it yet.

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
       AND to_jsonb(NEW) - '{superseded_at,late,after_exposure,digest}'::text[]
           = to_jsonb(OLD) - '{superseded_at,late,after_exposure,digest}'::text[]
       AND NEW.late = (NEW.provenance = 'live' AND NEW.submitted_at >= lock)
       AND NEW.after_exposure >= OLD.after_exposure THEN
        RETURN NEW;
    END IF;

    IF phase NOT IN (OPEN_STATUSES) THEN
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

CREATE OR REPLACE TRIGGER prediction_lock
    BEFORE UPDATE OR DELETE ON matches_prediction
    FOR EACH ROW EXECUTE FUNCTION matches_guard_prediction();


-- A moved lock: which row of each forecaster counts, as if the lock had always been where it is now.
-- A live row received at or after it is late and cannot be current. Of the others the last one received
-- before the lock is; a forecaster with only late rows falls back on an imported one, if any.
-- Forecasters without live rows are left alone: the lock does not affect imported rows (archive, hindsight).

CREATE OR REPLACE FUNCTION matches_apply_lock() RETURNS trigger LANGUAGE plpgsql AS $$
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
    WHERE p.match_id = NEW.id AND p.provenance <> 'live' AND p.superseded_at IS NULL
      AND p.id <> ALL (coalesce(counting, '{}'))
      AND EXISTS (SELECT FROM matches_prediction AS l
                  WHERE l.match_id = NEW.id AND l.forecaster_id = p.forecaster_id AND l.provenance = 'live');

    UPDATE matches_prediction AS p
    SET late = false, superseded_at = NULL
    WHERE p.id = ANY (counting) AND (p.superseded_at IS NOT NULL OR p.late);
    RETURN NULL;
END;
$$;

CREATE OR REPLACE TRIGGER match_lock_moved
    AFTER UPDATE OF lock_at ON matches_match
    FOR EACH ROW EXECUTE FUNCTION matches_apply_lock();
