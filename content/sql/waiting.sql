-- Since when something has waited to be shown by the boards: settled and not counted, superseded and still counted,
-- recorded and not scored (the ledger knows), or the newest result of all whose match was not settled on it (its
-- scoring failed, say). Null where nothing does. Each part reads the few rows of an index that is about to empty.

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
)
