-- Published roundups whose title and summary contain all words, newest first; with years, only those on matches of these years.
-- MATERIALIZED makes the planner use the full text index. Without it, the planner would read all roundups, newest first, even for
-- a rare word.

WITH found AS MATERIALIZED (
    SELECT id, match_id, published_at FROM content_roundup
    WHERE status = 'published'
      AND to_tsvector('english', content_search_key(title || ' ' || summary))
          @@ to_tsquery('english', %(query)s)
)
SELECT found.id
FROM found JOIN matches_match m ON m.id = found.match_id
WHERE m.reveal_at <= %(now)s
  AND (cardinality(%(years)s::int[]) = 0
       OR extract(year FROM m.kickoff_at AT TIME ZONE 'UTC') = ANY(%(years)s::int[]))
ORDER BY found.published_at DESC, found.id DESC
LIMIT %(limit)s
