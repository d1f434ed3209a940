-- The context and the prompt of a question never change; its end is recorded once. The row of a call exists before
-- the request is sent, and the response fills in the other columns, once. No other change, and no deletion, is allowed.

CREATE FUNCTION matches_guard_asking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'open' AND NEW.state <> 'open'
       AND to_jsonb(NEW) - '{state,reason,detail,prediction_id,ended_at}'::text[]
           = to_jsonb(OLD) - '{state,reason,detail,prediction_id,ended_at}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'asking-append-only: asking % of match % is % and stays as it is', OLD.id, OLD.match_id, OLD.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'asking_append_only';
END;
$$;

CREATE TRIGGER asking_append_only
    BEFORE UPDATE OR DELETE ON matches_asking
    FOR EACH ROW EXECUTE FUNCTION matches_guard_asking();

CREATE FUNCTION matches_guard_call() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked text[] := '{id,endpoint_id,asking_id,match_id,purpose,host,messages,asked_at,reserved_tokens,reserved_cost}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL
       AND (SELECT bool_and(to_jsonb(NEW) -> name = to_jsonb(OLD) -> name) FROM unnest(asked) AS name) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'call-append-only: call % has its answer, and stays as it is', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'call_append_only';
END;
$$;

CREATE TRIGGER call_append_only
    BEFORE UPDATE OR DELETE ON matches_call
    FOR EACH ROW EXECUTE FUNCTION matches_guard_call();
