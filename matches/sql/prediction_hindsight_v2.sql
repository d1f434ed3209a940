-- A prediction with a `predicted_at` at or after the kickoff must be `hindsight`; an earlier one must not be. The label
-- is permanent, so it requires a kickoff that is certain (docs/adr/0034): while the kickoff is in doubt
-- (lock_at < reveal_at), a prediction from between the reported kickoffs is refused with any label, and a postponed or
-- cancelled match accepts no prediction made from its lock on.
--
-- The trigger of prediction_hindsight_v1.sql runs after prediction_lock_new (triggers run in the order of their names),
-- which locks the matches. Rows are grouped before they are compared with matches, for the reason given in
-- prediction_lock_v3.sql.

CREATE OR REPLACE FUNCTION matches_guard_hindsight() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT made.match_id, m.lock_at,
           CASE WHEN made.earliest < m.lock_at
                    THEN 'a prediction that was made before, or without a date, is not hindsight'
                WHEN m.status IN ('postponed', 'cancelled')
                    THEN format('it is %s and takes no prediction that was made from then on', m.status)
                WHEN made.latest >= m.reveal_at
                    THEN 'a prediction that was made from then on is hindsight'
                ELSE format('its kickoff is in doubt, and may be %s: it takes no prediction from in between', m.reveal_at)
           END AS reason
    INTO wrong
    FROM (
        SELECT match_id, max(predicted_at) FILTER (WHERE provenance <> 'hindsight') AS latest,
               min(coalesce(predicted_at, '-infinity')) FILTER (WHERE provenance = 'hindsight') AS earliest
        FROM arrived WHERE predicted_at IS NOT NULL OR provenance = 'hindsight' GROUP BY match_id
    ) AS made JOIN matches_match m ON m.id = made.match_id
    WHERE made.latest >= m.lock_at OR made.earliest < m.reveal_at
       OR made.earliest IS NOT NULL AND m.status IN ('postponed', 'cancelled')
    ORDER BY made.match_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'prediction-hindsight: match % locked at %; %', wrong.match_id, wrong.lock_at, wrong.reason
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_hindsight';
    END IF;
    RETURN NULL;
END;
$$;
