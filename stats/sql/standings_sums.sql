-- Sums of every team with a fixture in these stages, per table: the whole stage of a league, each group of a stage with
-- groups. Stages without a table have no rows.

WITH asked AS (
    SELECT id AS stage_id, season_id, kind = 'groups' AS has_groups
    FROM matches_stage WHERE id = ANY(%(stages)s) AND kind IN ('league', 'groups')
),
entry AS (
    SELECT DISTINCT stage_id, asked.season_id, CASE WHEN has_groups THEN m."group" ELSE '' END AS "group", team.id AS team_id
    FROM asked JOIN matches_match m USING (stage_id)
    CROSS JOIN LATERAL (VALUES (m.home_team_id), (m.away_team_id)) AS team(id)
    WHERE m.stage_id = ANY(%(stages)s)
),
result AS (
    SELECT stage_id, CASE WHEN has_groups THEN side."group" ELSE '' END AS "group", team_id,
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
    FROM asked JOIN matches_tableside side USING (stage_id)
    WHERE side.stage_id = ANY(%(stages)s)
    GROUP BY 1, 2, 3
),
decision AS (
    SELECT stage_id, team_id, sum(points) AS adjustment
    FROM matches_pointsadjustment WHERE stage_id = ANY(%(stages)s) GROUP BY stage_id, team_id
)
SELECT stage_id, season_id, "group", team_id,
       coalesce(played, 0)::int, coalesce(won, 0)::int, coalesce(drawn, 0)::int, coalesce(lost, 0)::int,
       coalesce(shootouts_won, 0)::int, coalesce(shootouts_lost, 0)::int,
       coalesce(goals_for, 0)::int, coalesce(goals_against, 0)::int,
       coalesce(away_goals, 0)::int, coalesce(away_wins, 0)::int,
       coalesce(adjustment, 0)::int, lot.number
FROM entry
LEFT JOIN result USING (stage_id, "group", team_id)
LEFT JOIN decision USING (stage_id, team_id)
LEFT JOIN matches_drawnlot lot USING (stage_id, team_id)
ORDER BY stage_id, "group", team_id;
