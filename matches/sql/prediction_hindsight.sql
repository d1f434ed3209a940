-- A prediction whose own date (predicted_at) is at or after the kickoff must be labelled `hindsight`. A
-- prediction with an earlier date, or without a date, must not be. The label is permanent, so it requires a
-- kickoff that is certain (docs/adr/0034): while the kickoff is in doubt (lock_at < reveal_at), a prediction
-- made between the reported kickoffs is refused with any label, and a postponed or cancelled match accepts no
-- prediction made at or after its lock.
--
-- The trigger runs after prediction_lock_new, which locks the matches: triggers run in the order of their
-- names. Rows are grouped before they are compared with matches, for the reason given in prediction_lock.sql.

CREATE FUNCTION matches_guard_hindsight() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT CASE WHEN made.earliest < m.lock_at
                    THEN format('match %s locked at %s: predictions made before, or without a date, are not hindsight',
                                m.id, m.lock_at)
                WHEN m.status IN (KICKOFF_NOT_HELD_STATUSES)
                    THEN format('match %s is %s: predictions made at or after its lock %s are refused', m.id, m.status, m.lock_at)
                WHEN made.latest >= m.reveal_at
                    THEN format('match %s locked at %s: predictions made at or after its lock are hindsight', m.id, m.lock_at)
                ELSE format('match %s has its kickoff in doubt (%s or %s): predictions made between them are refused',
                            m.id, m.lock_at, m.reveal_at)
           END AS reason
    INTO wrong
    FROM (
        SELECT match_id, max(predicted_at) FILTER (WHERE provenance <> 'hindsight') AS latest,
               min(coalesce(predicted_at, '-infinity')) FILTER (WHERE provenance = 'hindsight') AS earliest
        FROM arrived WHERE predicted_at IS NOT NULL OR provenance = 'hindsight' GROUP BY match_id
    ) AS made JOIN matches_match m ON m.id = made.match_id
    WHERE made.latest >= m.lock_at OR made.earliest < m.reveal_at
       OR made.earliest IS NOT NULL AND m.status IN (KICKOFF_NOT_HELD_STATUSES)
    ORDER BY made.match_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'prediction-hindsight: %', wrong.reason
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_hindsight';
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER prediction_lock_of_hindsight
    AFTER INSERT ON matches_prediction
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION matches_guard_hindsight();
