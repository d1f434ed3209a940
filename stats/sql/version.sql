-- The version of a view: its newest refresh, when the newest settlement behind that was made, and how often names changed.

SELECT v.id, v.started_at, v.finished_at,
       (SELECT settled_at FROM scoring_settlement WHERE id = v.through_settlement),
       coalesce((SELECT version FROM stats_naming), 0)
FROM (VALUES (1)) AS one
LEFT JOIN (SELECT * FROM stats_viewrefresh WHERE view = %(view)s ORDER BY id DESC LIMIT 1) AS v ON true
