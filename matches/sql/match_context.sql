-- Context of each of these matches at this moment, as a JSON object. One statement sees one database snapshot, even if
-- data is recorded at the same time. Contains results only, and nothing that forecasters submitted.
--
-- The row without a match id contains the sums of the tables that the matches belong to, without these matches, and the
-- names of the teams. Form and meetings contain finished matches.

WITH RECURSIVE
-- The inner SELECT hides the number of matches from the planner. Otherwise, for a few matches, every execution would be
-- planned again, which takes longer than the execution itself.
asked AS (SELECT unnest((SELECT %(matches)s::bigint[])) AS match_id),
table_asked AS (SELECT DISTINCT stage_id FROM asked JOIN matches_match ON id = match_id),
table_left_out AS (SELECT match_id FROM asked),
table_day AS (SELECT 'infinity'::date AS day),
\i matches/sql/table_sums.sql
SELECT NULL::bigint, json_build_object(
    'sums', (SELECT json_agg(sums) FROM table_sums),
    'teams', (SELECT json_object_agg(id, name) FROM matches_team WHERE id IN (SELECT team FROM table_entry)))::text
UNION ALL
SELECT asked.match_id, (
    WITH this AS (SELECT * FROM matches_match WHERE id = asked.match_id),
    played AS NOT MATERIALIZED (  -- read twice, a few rows each time
        SELECT m.id, m.season_id, m.kickoff_at, m.kickoff_time_known, m.home_team_id, m.away_team_id, m.home_score, m.away_score,
               m.home_score_aet, m.away_score_aet, m.home_penalties, m.away_penalties, m.neutral,
               h.name AS home, a.name AS away, c.name AS competition
        FROM matches_match m
        JOIN matches_team h ON h.id = m.home_team_id
        JOIN matches_team a ON a.id = m.away_team_id
        JOIN matches_season s ON s.id = m.season_id
        JOIN matches_competition c ON c.id = s.competition_id
        WHERE m.status = 'finished' AND m.kickoff_at < %(now)s AND m.id <> asked.match_id
    ),
    form AS (
        SELECT follows.team, recent.*
        FROM this
        CROSS JOIN LATERAL (VALUES ('home', this.home_team_id), ('away', this.away_team_id)) AS follows(team, team_id)
        CROSS JOIN LATERAL (
            SELECT kickoff_at, kickoff_time_known, competition, home, away, home_score, away_score, home_score_aet,
                   away_score_aet, home_penalties, away_penalties, neutral, home_team_id = follows.team_id AS at_home
            FROM played WHERE follows.team_id IN (home_team_id, away_team_id)
            ORDER BY kickoff_at DESC, id DESC LIMIT %(few)s
        ) AS recent
    ),
    meetings AS (
        SELECT p.kickoff_at, p.kickoff_time_known, p.competition, p.home, p.away, p.home_score, p.away_score,
               p.home_score_aet, p.away_score_aet, p.home_penalties, p.away_penalties
        FROM this JOIN played p ON (p.home_team_id, p.away_team_id) IN
            ((this.home_team_id, this.away_team_id), (this.away_team_id, this.home_team_id))
        ORDER BY p.kickoff_at DESC, p.id DESC LIMIT %(few)s
    ),
    earlier_leg AS (  -- of the same tie; awarded matches with the goals that the view gives them
        SELECT coalesce(m.leg, 1) AS leg, m.kickoff_at, m.kickoff_time_known, side.at_home, side.goals_for, side.goals_against
        FROM (SELECT * FROM this WHERE leg > 1) AS later
        CROSS JOIN LATERAL (
            SELECT * FROM matches_tableside side WHERE side.stage_id = later.stage_id
            AND side.team_id = later.home_team_id AND side.opponent_id = later.away_team_id
            OFFSET 0  -- so that the view is read for later legs only
        ) AS side
        JOIN matches_match m ON m.id = side.match_id
        WHERE coalesce(m.leg, 1) < later.leg AND m.kickoff_at < later.kickoff_at
    )
    SELECT json_build_object(
        'match', (SELECT json_build_object(
                'competition', c.name, 'country', c.country, 'season', s.label, 'stage_id', stage.id, 'stage', stage.name,
                'stage_kind', stage.kind, 'group', this."group", 'round', this.round_label, 'leg', this.leg,
                'away_goals', stage.away_goals, 'kickoff_at', this.kickoff_at,
                'kickoff_time_known', this.kickoff_time_known, 'neutral', this.neutral,
                'basis', c.score_basis, 'home', h.name, 'away', a.name)
            FROM this
            JOIN matches_team h ON h.id = this.home_team_id
            JOIN matches_team a ON a.id = this.away_team_id
            JOIN matches_stage stage ON stage.id = this.stage_id
            JOIN matches_season s ON s.id = this.season_id
            JOIN matches_competition c ON c.id = s.competition_id),
        'form', (SELECT json_agg(form ORDER BY team, kickoff_at DESC) FROM form),
        'meetings', (SELECT json_agg(meetings ORDER BY kickoff_at DESC) FROM meetings),
        'earlier_legs', (SELECT json_agg(earlier_leg ORDER BY leg, kickoff_at) FROM earlier_leg)
    )::text
)
FROM asked
