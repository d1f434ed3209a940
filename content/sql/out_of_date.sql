-- Correlated subquery for a row of content_roundup. `last` is the open scoring job of its match, or else the
-- scoring job that ended last. `rewrite` is the newest job that was requested after the roundup was written
-- and writes it again. A job that an operator requested (rewrite_roundup) counts only if it succeeded.
(
    SELECT {column}
    FROM matches_match m
    LEFT JOIN scoring_settlement current_settlement
        ON current_settlement.id = content_roundup.settlement_id AND current_settlement.superseded_at IS NULL
    LEFT JOIN LATERAL (
        SELECT j.state FROM pipeline_jobrun j
        WHERE j.subject = {subject} AND j.kind = 'score_match'
        ORDER BY j.finished_at DESC NULLS FIRST, j.id DESC LIMIT 1
    ) last ON true
    LEFT JOIN LATERAL (
        SELECT j.state FROM pipeline_jobrun j
        WHERE j.subject = {subject} AND j.created_at > content_roundup.written_at
        AND (j.kind = 'write_roundup' OR j.kind = 'rewrite_roundup' AND j.state = 'done')
        ORDER BY j.id DESC LIMIT 1
    ) rewrite ON true
    CROSS JOIN LATERAL (
        -- Evaluated only if there is such a job, because it compares all predictions of the match.
        SELECT CASE WHEN last.state IN {unfinished}
                    THEN CASE WHEN {outdated} THEN last.state END END AS state
        OFFSET 0
    ) scoring
    WHERE m.id = content_roundup.match_id
)
