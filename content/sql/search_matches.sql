-- Matches found by a search: each of its words is in the name of a team, in competition and season, or is the
-- year of the kickoff. The arrays contain ids (or years) and the bits of the words that they contain.
-- First the matches of teams that contain the most words, then the newest.

WITH team AS (
    SELECT id, words FROM unnest(%(teams)s::bigint[], %(team_words)s::int[]) AS team (id, words)
)
SELECT m.id
FROM matches_match m
LEFT JOIN team home ON home.id = m.home_team_id
LEFT JOIN team away ON away.id = m.away_team_id
LEFT JOIN unnest(%(seasons)s::bigint[], %(season_words)s::int[]) AS season (id, words) ON season.id = m.season_id
LEFT JOIN unnest(%(years)s::int[], %(year_words)s::int[]) AS year (year, words)
    ON year.year = extract(year FROM m.kickoff_at AT TIME ZONE 'UTC')
WHERE (m.home_team_id = ANY(%(teams)s::bigint[]) OR m.away_team_id = ANY(%(teams)s::bigint[]))
  AND coalesce(home.words, 0) | coalesce(away.words, 0) | coalesce(season.words, 0) | coalesce(year.words, 0)
      = %(all)s
ORDER BY bit_count(coalesce(home.words, 0)::bit(16)) + bit_count(coalesce(away.words, 0)::bit(16)) DESC,
         m.kickoff_at DESC, m.id DESC
LIMIT %(limit)s
