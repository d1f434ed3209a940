-- Record the stages whose tables must be computed again. Triggers do it in the transaction of each change, so no code
-- can forget it. The next refresh reads and deletes these rows (stats/refresh/league_tables.py). They have no unique
-- key, so that transactions never wait for one another.
--
-- Roundups contain tables of the past. If a change concerns these, a row of stats_pastchange has them written again.

CREATE FUNCTION stats_match_changes_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO stats_standingschange (stage_id) VALUES (NEW.stage_id);
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.stage_id <> NEW.stage_id THEN
        INSERT INTO stats_standingschange (stage_id) VALUES (OLD.stage_id);
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.stage_id, OLD."group") <> (NEW.stage_id, NEW."group") AND NEW.result_version > 0 THEN
        INSERT INTO stats_pastchange (season_id, since, description, recorded_at)
        VALUES (NEW.season_id, NEW.kickoff_at, 'a match was moved to another stage or group', clock_timestamp());
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER table_changed AFTER INSERT OR DELETE ON matches_match
    FOR EACH ROW EXECUTE FUNCTION stats_match_changes_table();
CREATE TRIGGER table_changed_by_update AFTER UPDATE ON matches_match
    FOR EACH ROW WHEN ((OLD.stage_id, OLD."group", OLD.home_team_id, OLD.away_team_id, OLD.status, OLD.award,
                        OLD.home_score, OLD.away_score, OLD.home_penalties, OLD.away_penalties)
                       IS DISTINCT FROM
                       (NEW.stage_id, NEW."group", NEW.home_team_id, NEW.away_team_id, NEW.status, NEW.award,
                        NEW.home_score, NEW.away_score, NEW.home_penalties, NEW.away_penalties))
    EXECUTE FUNCTION stats_match_changes_table();

CREATE FUNCTION stats_stage_changes_tables() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stats_standingschange (stage_id) VALUES (NEW.id);
    INSERT INTO stats_pastchange (season_id, since, description, recorded_at)
    SELECT NEW.season_id, min(kickoff_at), left('the kind or rules of the stage ' || NEW.name || ' changed', 200),
           clock_timestamp()
    FROM matches_match WHERE stage_id = NEW.id AND result_version > 0 HAVING count(*) > 0;
    RETURN NULL;
END;
$$;

CREATE TRIGGER table_changed AFTER UPDATE ON matches_stage
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION stats_stage_changes_tables();

CREATE FUNCTION stats_decision_changes_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stats_standingschange (stage_id) VALUES (CASE TG_OP WHEN 'DELETE' THEN OLD.stage_id ELSE NEW.stage_id END);
    IF TG_TABLE_NAME = 'matches_drawnlot' THEN
        INSERT INTO stats_pastchange (season_id, since, description, recorded_at)
        SELECT season_id, min(kickoff_at), 'level teams were ordered by a decision of the competition', clock_timestamp()
        FROM matches_match WHERE stage_id = (CASE TG_OP WHEN 'DELETE' THEN OLD.stage_id ELSE NEW.stage_id END)
        AND result_version > 0 GROUP BY season_id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER table_changed AFTER INSERT ON matches_pointsadjustment
    FOR EACH ROW EXECUTE FUNCTION stats_decision_changes_table();
CREATE TRIGGER table_changed AFTER INSERT OR UPDATE OR DELETE ON matches_drawnlot
    FOR EACH ROW EXECUTE FUNCTION stats_decision_changes_table();

-- Tables of the existing matches.
INSERT INTO stats_standingschange (stage_id) SELECT id FROM matches_stage;
