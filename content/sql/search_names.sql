-- Names of teams, forecasters, competitions and seasons that contain some of the words of a search.
-- `words` has a bit for each of these words: 1 for the first, 2 for the second, 4 for the third.
-- `score`: 3 if a name equals the search, 2 if it begins with it, 1 if it contains it; plus the similarity.
-- {is_hit} is the right-hand side of the condition that a name must meet. Each part uses an index, or a small table.

WITH word AS MATERIALIZED (
    SELECT text, '%% ' || text || '%%' AS pattern, 1 << (number - 1)::int AS bit
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS word (text, number)
    WHERE number = ANY(%(numbers)s::int[])
), small AS MATERIALIZED (
    SELECT 'forecaster' AS kind, id, content_search_key(name) AS key FROM matches_forecaster
    UNION ALL
    SELECT 'competition', id, content_search_key(name) FROM matches_competition
    UNION ALL
    SELECT 'season', s.id, content_search_key(c.name || ' ' || s.label)
    FROM matches_season s JOIN matches_competition c ON c.id = s.competition_id
), hit AS (
    SELECT word.bit, name.kind, name.id, name.key
    FROM word CROSS JOIN LATERAL (
        SELECT 'team' AS kind, id, content_search_key(name) AS key FROM matches_team
        WHERE content_search_key(name) {is_hit}
        UNION ALL
        SELECT 'team', id, content_search_key(short_name) FROM matches_team
        WHERE content_search_key(short_name) {is_hit}
        UNION ALL
        SELECT 'team', team_id, content_search_key(name) FROM matches_teamalias
        WHERE content_search_key(name) {is_hit}
        UNION ALL
        SELECT kind, id, key FROM small WHERE key {is_hit}
    ) AS name
)
SELECT kind, id, bit_or(bit) AS words, max(
    similarity(key, %(key)s)
    + CASE WHEN key = %(key)s THEN 3 WHEN starts_with(key, %(key)s) THEN 2
           WHEN position(%(key)s IN key) > 0 THEN 1 ELSE 0 END
) AS score
FROM hit
GROUP BY kind, id
ORDER BY bit_count(bit_or(bit)::bit(16)) DESC, score DESC, id
LIMIT 2000
