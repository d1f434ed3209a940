-- Responses also contain what background jobs computed from the sums. A change of it increments the version of the names, so
-- that the ETags change although the views were not refreshed.

CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON stats_boardinference
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON stats_matchdifficulty
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
CREATE TRIGGER names_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON stats_calibrationreport
    FOR EACH STATEMENT EXECUTE FUNCTION stats_names_changed();
