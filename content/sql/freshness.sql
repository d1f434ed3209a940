-- Freshness of the boards in one row: `waiting_since` (time of the oldest change that they do not show),
-- their newest refresh, and the newest counted settlement that is the first one of its result (as in
-- `content.pages.selectors.freshness.settled_by_results`).
--
-- Changes that are not shown: a settlement that is not counted; a superseded settlement that is still
-- counted; an open scoring job; and the newest recorded result if its match is not settled with it (e.g.
-- because scoring failed). `waiting_since` is null if there are none. Each part uses an index with few
-- matching rows.

SELECT least(
    (SELECT min(settled_at) FROM scoring_settlement WHERE folded_at IS NULL AND superseded_at IS NULL),
    (SELECT min(superseded_at) FROM scoring_settlement
     WHERE folded_at IS NOT NULL AND superseded_at IS NOT NULL AND unfolded_at IS NULL),
    (SELECT min(created_at) FROM pipeline_jobrun WHERE kind = 'score_match' AND state IN {open}),
    (SELECT newest.recorded_at
     FROM (SELECT r.match_id, r.version, r.recorded_at
           FROM matches_resultrevision r JOIN matches_match m ON m.id = r.match_id AND m.result_version = r.version
           WHERE r.status = ANY(%(settled)s) ORDER BY r.id DESC LIMIT 1) AS newest
     WHERE NOT EXISTS (SELECT FROM scoring_settlement s
                       WHERE s.match_id = newest.match_id AND s.result_version >= newest.version))
) AS waiting_since, boards.id, boards.started_at, boards.finished_at, counted.recorded_at, counted.fresh_at
FROM (VALUES (1)) AS one
LEFT JOIN (
    SELECT id, started_at, finished_at FROM stats_viewrefresh WHERE view = %(view)s ORDER BY id DESC LIMIT 1
) AS boards ON true
LEFT JOIN (
    SELECT r.recorded_at,
           (SELECT finished_at FROM stats_viewrefresh v WHERE v.view = %(counted_by)s AND v.started_at >= s.folded_at
            ORDER BY v.started_at LIMIT 1) AS fresh_at
    FROM scoring_settlement s
    LEFT JOIN matches_resultrevision r ON r.match_id = s.match_id AND r.version = s.result_version
    WHERE s.folded_at IS NOT NULL AND s.superseded_at IS NULL
    AND NOT EXISTS (SELECT FROM scoring_settlement e WHERE e.match_id = s.match_id
                    AND e.result_version = s.result_version AND e.number < s.number)
    ORDER BY s.id DESC LIMIT 1
) AS counted ON true
