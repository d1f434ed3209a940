-- A prediction with a `predicted_at` at or after the lock must be `hindsight`; any other must not be. The lock that
-- counts is the one known when the row is inserted; the label stays if the kickoff is moved later.
--
-- The trigger runs after prediction_lock_new (triggers run in the order of their names), which locks the matches. Rows
-- are grouped before they are compared with matches, for the reason given in prediction_lock_v3.sql.

CREATE FUNCTION matches_guard_hindsight() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT made.match_id, m.lock_at, made.latest >= m.lock_at AS is_unlabelled INTO wrong
    FROM (
        SELECT match_id, max(predicted_at) FILTER (WHERE provenance <> 'hindsight') AS latest,
               min(coalesce(predicted_at, '-infinity')) FILTER (WHERE provenance = 'hindsight') AS earliest
        FROM arrived WHERE predicted_at IS NOT NULL OR provenance = 'hindsight' GROUP BY match_id
    ) AS made JOIN matches_match m ON m.id = made.match_id
    WHERE made.latest >= m.lock_at OR made.earliest < m.lock_at
    ORDER BY made.match_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'prediction-hindsight: match % locked at %; %', wrong.match_id, wrong.lock_at,
            CASE WHEN wrong.is_unlabelled THEN 'a prediction that was made from then on is hindsight'
                 ELSE 'a prediction that was made before, or without a date, is not hindsight' END
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prediction_hindsight';
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER prediction_lock_of_hindsight
    AFTER INSERT ON matches_prediction
    REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION matches_guard_hindsight();
