-- Number of current predictions of each match, without hindsight ones, and their average probabilities. The averages are
-- NULL while the predictions are secret.

SELECT m.id, count(*), count(p.p_home) FILTER (WHERE is_public),
       avg(p.p_home::numeric) FILTER (WHERE is_public), avg(p.p_draw::numeric) FILTER (WHERE is_public),
       avg(p.p_away::numeric) FILTER (WHERE is_public)
FROM (SELECT id, reveal_at <= %(now)s AS is_public FROM matches_match WHERE id = ANY(%(matches)s)) AS m
JOIN matches_prediction p ON p.match_id = m.id AND p.superseded_at IS NULL AND p.provenance <> 'hindsight'
GROUP BY m.id
