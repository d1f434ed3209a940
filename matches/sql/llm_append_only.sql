-- Questions and requests to language models are append-only. The context and the prompt of a question never
-- change; its end is recorded once. The row of a request is inserted before the request is sent; the response
-- fills in the remaining columns, once. All other changes, and deletions, are refused.

CREATE FUNCTION matches_guard_llm_question() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'open' AND NEW.state <> 'open'
       AND to_jsonb(NEW) - '{state,reason,detail,prediction_id,ended_at}'::text[]
           = to_jsonb(OLD) - '{state,reason,detail,prediction_id,ended_at}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'llm-question-append-only: question % of match % is % and stays as it is', OLD.id, OLD.match_id, OLD.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'llm_question_append_only';
END;
$$;

CREATE TRIGGER llm_question_append_only
    BEFORE UPDATE OR DELETE ON matches_llmquestion
    FOR EACH ROW EXECUTE FUNCTION matches_guard_llm_question();

CREATE FUNCTION matches_guard_llm_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked text[] := '{id,endpoint_id,question_id,match_id,purpose,host,messages,asked_at,reserved_tokens,reserved_cost}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL
       AND (SELECT bool_and(to_jsonb(NEW) -> name = to_jsonb(OLD) -> name) FROM unnest(asked) AS name) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'llm-request-append-only: request % has its answer, and stays as it is', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'llm_request_append_only';
END;
$$;

CREATE TRIGGER llm_request_append_only
    BEFORE UPDATE OR DELETE ON matches_llmrequest
    FOR EACH ROW EXECUTE FUNCTION matches_guard_llm_request();
