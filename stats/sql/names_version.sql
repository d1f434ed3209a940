-- Version number of the names that responses contain in addition to the views; part of their ETags. Triggers increment
-- it in the transaction of each write to these tables.

CREATE FUNCTION stats_names_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stats_namesversion AS newest (id, version) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET version = newest.version + 1;
    RETURN NULL;
END;
$$;

CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON matches_forecaster
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON matches_team
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON matches_competition
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON matches_season
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
