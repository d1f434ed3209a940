-- The slug of a forecaster is part of every published leaf (prediction_log.sql, matches/commitments/prediction_log.py), so it
-- cannot change after the first prediction. The name may change.

CREATE FUNCTION matches_guard_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM matches_prediction WHERE forecaster_id = OLD.id) THEN
        RAISE EXCEPTION 'forecaster-slug: % has predicted under this slug and keeps it; change the name instead', OLD.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'forecaster_slug';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER forecaster_slug
    BEFORE UPDATE OF slug ON matches_forecaster
    FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION matches_guard_slug();
