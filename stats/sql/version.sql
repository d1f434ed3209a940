-- Version of a view: its newest refresh, the time of the newest settlement in it, and the version of the names.

SELECT v.id AS number, v.started_at, v.finished_at,
       (SELECT settled_at FROM scoring_settlement WHERE id = v.through_settlement) AS as_of,
       coalesce((SELECT version FROM stats_namesversion), 0) AS names
FROM (VALUES (1)) AS one
LEFT JOIN (SELECT * FROM stats_viewrefresh WHERE view = %s ORDER BY id DESC LIMIT 1) AS v ON true
