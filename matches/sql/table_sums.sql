-- Sums of all teams in the tables of some stages, and of the stages that these carry points from. These CTEs are part
-- of another statement, which includes this file and defines before it:
--   table_asked (stage_id)      the stages;
--   table_left_out (match_id)   matches that count as not played yet;
--   table_day (day)             points adjustments decided after this day do not count.
-- The last CTE, table_sums, has one JSON object per stage with a table: the columns of the stage, its teams with
-- their sums, and, if its rules need them, the sides of its matches and the matches still to be played.
-- matches/tables/sums.py computes the tables from these objects.

table_chain AS (
    SELECT s.id AS stage_id, s.carries_from_id, s.carries_record,
           array_to_string(s.tie_breakers, ' ') ~ 'head_to_head|opponents' AS needs_sides
    FROM table_asked JOIN matches_stage s ON s.id = table_asked.stage_id
    UNION
    SELECT s.id, s.carries_from_id, s.carries_record, later.needs_sides AND later.carries_record
    FROM table_chain later JOIN matches_stage s ON s.id = later.carries_from_id
),
table_stage AS (
    SELECT stage_id, s.kind = 'groups' AS has_groups, bool_or(needs_sides) AS needs_sides
    FROM table_chain JOIN matches_stage s ON s.id = stage_id
    WHERE s.kind IN ('league', 'groups') GROUP BY stage_id, s.kind
),
table_entry AS (  -- a team is in the table from its first fixture on
    SELECT DISTINCT stage_id, CASE WHEN has_groups THEN m."group" ELSE '' END AS "group",
           unnest(ARRAY[m.home_team_id, m.away_team_id]) AS team
    FROM table_stage JOIN matches_match m USING (stage_id)
),
table_side AS NOT MATERIALIZED (  -- mostly read once; to store the rows takes a fifth of the time
    SELECT stage_id, match_id AS match, CASE WHEN has_groups THEN side."group" ELSE '' END AS "group",
           team_id AS team, opponent_id AS opponent, at_home, goals_for, goals_against, outcome, shootout
    FROM table_stage JOIN matches_tableside side USING (stage_id)
    WHERE NOT EXISTS (SELECT FROM table_left_out WHERE table_left_out.match_id = side.match_id)
),
table_result AS (
    SELECT stage_id, "group", team,
           count(*) AS played,
           count(*) FILTER (WHERE outcome = 'W') AS won,
           count(*) FILTER (WHERE outcome = 'D') AS drawn,
           count(*) FILTER (WHERE outcome = 'L') AS lost,
           count(*) FILTER (WHERE shootout = 'W') AS shootouts_won,
           count(*) FILTER (WHERE shootout = 'L') AS shootouts_lost,
           sum(goals_for) AS goals_for,
           sum(goals_against) AS goals_against,
           coalesce(sum(goals_for) FILTER (WHERE NOT at_home), 0) AS away_goals,
           count(*) FILTER (WHERE outcome = 'W' AND NOT at_home) AS away_wins
    FROM table_side GROUP BY stage_id, "group", team
),
table_decision AS (
    SELECT stage_id, team_id AS team, sum(points) AS adjustment
    FROM table_stage JOIN matches_pointsadjustment USING (stage_id) CROSS JOIN table_day
    WHERE decided_on <= table_day.day GROUP BY stage_id, team_id
),
table_team AS (
    SELECT stage_id, "group", team,
           coalesce(played, 0) AS played,
           coalesce(won, 0) AS won,
           coalesce(drawn, 0) AS drawn,
           coalesce(lost, 0) AS lost,
           coalesce(shootouts_won, 0) AS shootouts_won,
           coalesce(shootouts_lost, 0) AS shootouts_lost,
           coalesce(goals_for, 0) AS goals_for,
           coalesce(goals_against, 0) AS goals_against,
           coalesce(away_goals, 0) AS away_goals,
           coalesce(away_wins, 0) AS away_wins,
           coalesce(adjustment, 0) AS adjustment,
           lot.number AS lot
    FROM table_entry
    LEFT JOIN table_result USING (stage_id, "group", team)
    LEFT JOIN table_decision USING (stage_id, team)
    LEFT JOIN (SELECT stage_id, team_id AS team, number FROM matches_drawnlot) lot USING (stage_id, team)
),
table_sums AS (
    SELECT json_build_object(
        'stage', to_json(s),
        'teams', (SELECT json_agg(table_team ORDER BY "group", team) FROM table_team WHERE stage_id = s.id),
        'sides', CASE WHEN needs_sides THEN (
            SELECT json_agg(table_side ORDER BY match, at_home) FROM table_side WHERE stage_id = s.id) END,
        'to_play', CASE WHEN needs_sides THEN (
            SELECT json_agg(json_build_object(
                'group', CASE WHEN has_groups THEN m."group" ELSE '' END, 'home', m.home_team_id, 'away', m.away_team_id))
            FROM matches_match m WHERE m.stage_id = s.id
            AND (m.status IN (UNSETTLED_STATUSES) OR m.id IN (SELECT match_id FROM table_left_out))) END
    ) AS sums
    FROM table_stage JOIN matches_stage s ON s.id = stage_id
)
