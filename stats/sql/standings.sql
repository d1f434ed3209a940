-- League tables, computed from results and from the points deducted or awarded by the league. Finished
-- matches (score after 90 minutes) and awarded matches count, although predictions of awarded matches are not
-- scored. Order: points, goal difference, goals scored; equal rows share a place. A team appears with its
-- first result. All groups include is_closed, so that a materialised view reads only its own half. This
-- requires that `played`, which is used twice, is not materialised: it would contain all matches.

CREATE VIEW stats_table AS
WITH played AS NOT MATERIALIZED (
    SELECT s.closed_at IS NOT NULL AS is_closed, m.*
    FROM matches_season s JOIN matches_match m ON m.season_id = s.id
    WHERE m.status IN (TABLE_STATUSES) AND m.home_score IS NOT NULL
),
side AS (
    SELECT is_closed, season_id, home_team_id AS team_id, home_score AS goals_for, away_score AS goals_against FROM played
    UNION ALL
    SELECT is_closed, season_id, away_team_id, away_score, home_score FROM played
),
result AS (
    SELECT is_closed, season_id, team_id,
           count(*)::int AS played,
           count(*) FILTER (WHERE goals_for > goals_against)::int AS won,
           count(*) FILTER (WHERE goals_for = goals_against)::int AS drawn,
           count(*) FILTER (WHERE goals_for < goals_against)::int AS lost,
           sum(goals_for)::int AS goals_for,
           sum(goals_against)::int AS goals_against
    FROM side GROUP BY is_closed, season_id, team_id
),
decision AS (
    SELECT season_id, team_id, sum(points)::int AS adjustment
    FROM matches_pointsadjustment GROUP BY season_id, team_id
),
total AS (
    SELECT result.*, coalesce(adjustment, 0) AS adjustment,
           3 * won + drawn + coalesce(adjustment, 0) AS points
    FROM result LEFT JOIN decision USING (season_id, team_id)
)
SELECT is_closed, season_id, team_id,
       rank() OVER (PARTITION BY is_closed, season_id
                    ORDER BY points DESC, goals_for - goals_against DESC, goals_for DESC)::int AS position,
       played, won, drawn, lost, goals_for, goals_against,
       goals_for - goals_against AS goal_difference,
       adjustment, points
FROM total;

-- Tables of open seasons.
CREATE MATERIALIZED VIEW stats_standings_live AS SELECT * FROM stats_table WHERE NOT is_closed;
CREATE UNIQUE INDEX stats_standings_live_key ON stats_standings_live (season_id, team_id);

-- Tables of closed seasons, refreshed only if such a season changes.
CREATE MATERIALIZED VIEW stats_standings_closed AS SELECT * FROM stats_table WHERE is_closed;
CREATE UNIQUE INDEX stats_standings_closed_key ON stats_standings_closed (season_id, team_id);

-- View for readers: the tables of all seasons.
CREATE VIEW stats_standings AS
SELECT * FROM stats_standings_live UNION ALL SELECT * FROM stats_standings_closed;
