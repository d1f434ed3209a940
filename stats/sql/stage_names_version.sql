-- Names and rules of stages are parts of responses, too: a change of a stage increments the version of the names.

CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON matches_stage
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
