-- Calibration cells of a board by forecaster of one season's panel and provenance (live, archive): sums over the seasons of
-- the board, as arrays in one order, and a hash of them.

WITH cell AS (
    SELECT c.forecaster_id, c.provenance, c.outcome, c.thousandths, sum(c.predictions) AS predictions, sum(c.hits) AS hits
    FROM stats_calibrationcell c
    JOIN matches_season s ON s.id = c.season_id
    WHERE (%(season)s::bigint IS NULL OR c.season_id = %(season)s)
      AND (%(competition)s::bigint IS NULL OR s.competition_id = %(competition)s)
      AND c.provenance IN ('live', 'archive') AND c.predictions > 0
      AND c.forecaster_id IN (SELECT p.forecaster_id FROM stats_participant p
                              WHERE p.season_id = %(panel)s AND p.role <> 'outside')
    GROUP BY 1, 2, 3, 4
)
SELECT forecaster_id, provenance, (sum(predictions) / 3)::int AS matches,
       array_agg(outcome ORDER BY outcome, thousandths), array_agg(thousandths ORDER BY outcome, thousandths),
       array_agg(predictions::int ORDER BY outcome, thousandths), array_agg(hits::int ORDER BY outcome, thousandths),
       md5(string_agg(concat_ws(' ', outcome, thousandths, predictions, hits), ',' ORDER BY outcome, thousandths))
FROM cell
GROUP BY forecaster_id, provenance
HAVING sum(predictions) >= 3 * %(least)s
