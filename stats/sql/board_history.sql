-- Store the course of a season (BoardHistory) and delete the rows that it no longer has.

WITH counted AS (
    SELECT p.forecaster_id, (m.kickoff_at AT TIME ZONE 'UTC')::date AS day, s.points
    FROM matches_match m
    JOIN scoring_settlement c ON c.match_id = m.id AND c.folded_at IS NOT NULL AND c.unfolded_at IS NULL
    JOIN scoring_settlementscore s ON s.settlement_id = c.id
    JOIN matches_prediction p ON p.id = s.prediction_id AND p.provenance <> 'hindsight'
    WHERE m.season_id = %(season)s
      AND NOT EXISTS (SELECT FROM stats_participant o WHERE o.season_id = m.season_id AND o.role = 'outside')
),
played AS (SELECT day, row_number() OVER (ORDER BY day) AS number, count(*) OVER () AS days FROM (SELECT DISTINCT day FROM counted) AS d),
shown AS (  -- the day with which each 24th part of the days ends
    SELECT day FROM played WHERE days <= 24 OR ceil(number * 24.0 / days) < ceil((number + 1) * 24.0 / days)
),
summed AS (
    SELECT f.forecaster_id, shown.day, (count(*) FILTER (WHERE c.day IS NOT NULL))::int AS matches, count(c.points) AS score_matches,
           coalesce(sum(c.points), 0) AS points
    FROM (SELECT DISTINCT forecaster_id FROM counted) AS f
    CROSS JOIN shown
    LEFT JOIN counted c ON c.forecaster_id = f.forecaster_id AND c.day <= shown.day
    GROUP BY f.forecaster_id, shown.day
),
weighed AS (
    SELECT *, points::float8 / nullif(score_matches, 0) AS average,
           matches < stats_provisional_below(max(matches) OVER (PARTITION BY day)) AS is_provisional
    FROM summed
),
ranked AS (
    SELECT *, CASE WHEN NOT is_provisional AND average IS NOT NULL THEN
               rank() OVER (PARTITION BY day ORDER BY is_provisional, average DESC NULLS LAST) END AS rank
    FROM weighed
),
found AS MATERIALIZED (
    SELECT forecaster_id, array_agg(day ORDER BY day) AS days, array_agg(points::int ORDER BY day) AS points,
           array_agg(rank::int ORDER BY day) AS ranks
    FROM ranked GROUP BY forecaster_id
),
gone AS (
    DELETE FROM stats_boardhistory h
    WHERE h.season_id = %(season)s AND NOT EXISTS (SELECT FROM found WHERE found.forecaster_id = h.forecaster_id)
)
INSERT INTO stats_boardhistory (season_id, forecaster_id, days, points, ranks)
SELECT %(season)s, forecaster_id, days, points, ranks FROM found
ON CONFLICT (season_id, forecaster_id) DO UPDATE SET days = excluded.days, points = excluded.points, ranks = excluded.ranks
