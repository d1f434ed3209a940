-- Points adjustments are append-only: a new decision, or the correction of a mistake, is a new row. Two changes are allowed:
-- recorded_by becomes NULL when that user's account is deleted, and an adjustment follows its matches to another team
-- when a team is split or merged. Then the former team has no match in the stage any more.

CREATE FUNCTION matches_guard_adjustment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND NEW.recorded_by_id IS NULL
       AND to_jsonb(NEW) - 'recorded_by_id' = to_jsonb(OLD) - 'recorded_by_id' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - 'team_id' = to_jsonb(OLD) - 'team_id'
       AND NOT EXISTS (SELECT FROM matches_match
                       WHERE stage_id = OLD.stage_id AND OLD.team_id IN (home_team_id, away_team_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'adjustment-append-only: points adjustment % is history and stays as it is; add another',
        OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_append_only';
END;
$$;

CREATE TRIGGER adjustment_append_only
    BEFORE UPDATE OR DELETE ON matches_pointsadjustment
    FOR EACH ROW EXECUTE FUNCTION matches_guard_adjustment();
