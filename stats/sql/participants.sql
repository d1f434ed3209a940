-- Add forecasters to their seasons as participants, with their role (stats/models/comparisons.py).
--
-- `newcomers` selects their season, forecaster and number of matches. Baselines and bookmakers come first, then the
-- forecasters with most matches. While all participants of a season are in its panel, the first baseline (`base-rates`
-- before others) and the first bookmaker become its references.

WITH newcomers AS ({newcomers}),
present AS (
    SELECT p.season_id, count(*) FILTER (WHERE p.role <> 'outside') AS panel, bool_or(p.role = 'outside') AS is_full,
           bool_or(p.role = 'reference' AND f.is_baseline) AS has_baseline,
           bool_or(p.role = 'reference' AND f.kind = 'bookmaker') AS has_bookmaker
    FROM stats_participant p
    JOIN matches_forecaster f ON f.id = p.forecaster_id
    WHERE p.season_id IN (SELECT season_id FROM newcomers)
    GROUP BY p.season_id
),
ordered AS (
    SELECT n.season_id, n.forecaster_id, coalesce(present.is_full, false) AS is_full,
           coalesce(present.panel, 0) + row_number() OVER (
               PARTITION BY n.season_id ORDER BY f.is_baseline DESC, (f.kind = 'bookmaker') DESC, n.matches DESC, f.id
           ) AS place,
           CASE WHEN f.is_baseline THEN NOT coalesce(present.has_baseline, false)
                WHEN f.kind = 'bookmaker' THEN NOT coalesce(present.has_bookmaker, false) ELSE false END AS may_be_reference,
           row_number() OVER (
               PARTITION BY n.season_id, f.is_baseline, f.kind = 'bookmaker'
               ORDER BY (f.slug = 'base-rates') DESC, n.matches DESC, f.id
           ) = 1 AS is_first
    FROM newcomers n
    JOIN matches_forecaster f ON f.id = n.forecaster_id
    LEFT JOIN present ON present.season_id = n.season_id
)
INSERT INTO stats_participant (season_id, forecaster_id, role, joined_at)
SELECT season_id, forecaster_id,
       CASE WHEN place > %(limit)s THEN 'outside'
            WHEN may_be_reference AND is_first AND NOT is_full THEN 'reference' ELSE 'panel' END,
       CASE WHEN place <= %(limit)s THEN %(at)s END
FROM ordered
