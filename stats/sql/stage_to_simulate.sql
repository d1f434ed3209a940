-- Sums of a stage and of those that it carries points from (matches/sql/table_sums.sql), and their open matches, in one
-- statement, so that no result is in both or in neither. Matches left out count as open.

WITH RECURSIVE
table_asked AS (SELECT %(stage)s::bigint AS stage_id),
table_left_out AS (SELECT unnest(%(left_out)s::bigint[]) AS match_id),
table_day AS (SELECT %(day)s::date AS day),
\i matches/sql/table_sums.sql
SELECT (SELECT json_agg(sums) FROM table_sums),
       (SELECT json_agg(json_build_object(
            'id', m.id, 'stage', m.stage_id, 'group', CASE WHEN has_groups THEN m."group" ELSE '' END,
            'home', m.home_team_id, 'away', m.away_team_id, 'home_slug', home.slug, 'away_slug', away.slug,
            'kickoff_at', m.kickoff_at) ORDER BY m.kickoff_at, m.id)
        FROM table_stage JOIN matches_match m USING (stage_id)
        JOIN matches_team home ON home.id = m.home_team_id JOIN matches_team away ON away.id = m.away_team_id
        WHERE m.status IN (UNSETTLED_STATUSES) OR m.id IN (SELECT match_id FROM table_left_out)),
       EXISTS (SELECT FROM matches_stage later WHERE later.carries_from_id = %(stage)s)
