-- After a moved lock: update which row of each forecaster counts, as if the lock had always been there.
-- A live row received at or after the lock is late and cannot be current. Of the others, the last one received
-- before the lock is current; if all live rows are late, an imported one is, if any.
-- Forecasters without live rows are not changed: the lock does not affect imported rows (archive, hindsight).

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
