-- League tables from results: finished matches (score after 90 minutes) and awarded ones, which count in the table
-- although predictions of them are not scored. Order: points, goal difference, goals scored; equal rows share a place.

CREATE MATERIALIZED VIEW stats_standings AS
WITH side AS (
    SELECT season_id, home_team_id AS team_id, home_score AS goals_for, away_score AS goals_against
    FROM matches_match WHERE status IN ('finished', 'awarded') AND home_score IS NOT NULL
    UNION ALL
    SELECT season_id, away_team_id, away_score, home_score
    FROM matches_match WHERE status IN ('finished', 'awarded') AND home_score IS NOT NULL
),
total AS (
    SELECT season_id, team_id,
           count(*)::int AS played,
           count(*) FILTER (WHERE goals_for > goals_against)::int AS won,
           count(*) FILTER (WHERE goals_for = goals_against)::int AS drawn,
           count(*) FILTER (WHERE goals_for < goals_against)::int AS lost,
           sum(goals_for)::int AS goals_for,
           sum(goals_against)::int AS goals_against
    FROM side GROUP BY season_id, team_id
)
SELECT season_id, team_id,
       rank() OVER (PARTITION BY season_id
                    ORDER BY 3 * won + drawn DESC, goals_for - goals_against DESC, goals_for DESC)::int AS position,
       played, won, drawn, lost, goals_for, goals_against,
       goals_for - goals_against AS goal_difference,
       3 * won + drawn AS points
FROM total;

CREATE UNIQUE INDEX stats_standings_key ON stats_standings (season_id, team_id);
