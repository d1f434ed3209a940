-- How fresh the boards are, in one row: since when something has waited to be shown by them, their newest refresh, and
-- the newest settlement by a result that they count, as `content.pages.selectors.freshness.settled_by_results` finds it.
--
-- Something waits that was settled and not counted, superseded and still counted, recorded and not scored (the ledger
-- knows), or the newest result of all whose match was not settled on it (its scoring failed, say). Null where nothing
-- does. Each part reads the few rows of an index that is about to empty.

SELECT least(
    (SELECT min(settled_at) FROM scoring_settlement WHERE folded_at IS NULL AND superseded_at IS NULL),
    (SELECT min(superseded_at) FROM scoring_settlement
     WHERE folded_at IS NOT NULL AND superseded_at IS NOT NULL AND unfolded_at IS NULL),
    (SELECT min(created_at) FROM pipeline_jobrun WHERE kind = 'score_match' AND state IN ('queued', 'running')),
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
