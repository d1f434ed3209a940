-- Two copies of the predictions: in one table, and in one partition per year. Indexed as in
-- matches_prediction.

CREATE TABLE bench_whole AS
SELECT p.*, extract(year FROM se.starts_on)::int AS year
FROM matches_prediction p JOIN matches_match m ON m.id = p.match_id JOIN matches_season se ON se.id = m.season_id
ORDER BY p.id;

CREATE TABLE bench_yearly (LIKE bench_whole) PARTITION BY LIST (year);

DO $$
DECLARE
    wanted int;
BEGIN
    FOR wanted IN SELECT DISTINCT year FROM bench_whole LOOP
        EXECUTE format('CREATE TABLE bench_yearly_%s PARTITION OF bench_yearly FOR VALUES IN (%s)', wanted, wanted);
    END LOOP;
END;
$$;

INSERT INTO bench_yearly SELECT * FROM bench_whole;

CREATE UNIQUE INDEX bench_whole_by_match ON bench_whole (year, match_id, forecaster_id);
CREATE UNIQUE INDEX bench_yearly_by_match ON bench_yearly (year, match_id, forecaster_id);
CREATE UNIQUE INDEX bench_whole_id ON bench_whole (year, id);
CREATE UNIQUE INDEX bench_yearly_id ON bench_yearly (year, id);
CREATE INDEX bench_whole_alone ON bench_whole (match_id);
CREATE INDEX bench_yearly_alone ON bench_yearly (match_id);
CREATE INDEX bench_whole_forecaster ON bench_whole (forecaster_id);
CREATE INDEX bench_yearly_forecaster ON bench_yearly (forecaster_id);
