-- Context of each of these matches at this moment, as a JSON object. One statement sees one database snapshot, even if
-- data is recorded at the same time. Contains results only, and nothing that forecasters submitted.
--
-- The league table counts the same matches as stats/sql/standings.sql. Form and meetings contain finished matches.

SELECT asked.match_id, (
    WITH this AS (
        SELECT m.*, s.competition_id FROM matches_match m JOIN matches_season s ON s.id = m.season_id
        WHERE m.id = asked.match_id
    ),
    played AS NOT MATERIALIZED (  -- read twice, a few rows each time
        SELECT m.id, m.season_id, m.kickoff_at, m.home_team_id, m.away_team_id, m.home_score, m.away_score,
               h.name AS home, a.name AS away, c.name AS competition
        FROM matches_match m
        JOIN matches_team h ON h.id = m.home_team_id
        JOIN matches_team a ON a.id = m.away_team_id
        JOIN matches_season s ON s.id = m.season_id
        JOIN matches_competition c ON c.id = s.competition_id
        WHERE m.status = 'finished' AND m.kickoff_at < %(now)s AND m.id <> asked.match_id
    ),
    side AS (
        SELECT m.home_team_id AS team_id, m.home_score AS goals_for, m.away_score AS goals_against
        FROM matches_match m JOIN this ON m.season_id = this.season_id AND m.id <> this.id
        WHERE m.status IN (TABLE_STATUSES) AND m.home_score IS NOT NULL
        UNION ALL
        SELECT m.away_team_id, m.away_score, m.home_score
        FROM matches_match m JOIN this ON m.season_id = this.season_id AND m.id <> this.id
        WHERE m.status IN (TABLE_STATUSES) AND m.home_score IS NOT NULL
    ),
    decision AS (
        SELECT a.team_id, sum(a.points) AS points
        FROM this JOIN matches_pointsadjustment a ON a.stage_id = this.stage_id
        WHERE a.decided_on <= (%(now)s AT TIME ZONE 'UTC')::date
        GROUP BY a.team_id
    ),
    standing AS (
        SELECT t.name AS team,
               count(*) AS played,
               count(*) FILTER (WHERE goals_for > goals_against) AS won,
               count(*) FILTER (WHERE goals_for = goals_against) AS drawn,
               count(*) FILTER (WHERE goals_for < goals_against) AS lost,
               sum(goals_for) AS goals_for,
               sum(goals_against) AS goals_against,
               3 * count(*) FILTER (WHERE goals_for > goals_against)
                   + count(*) FILTER (WHERE goals_for = goals_against) + coalesce(min(decision.points), 0) AS points
        FROM side JOIN matches_team t ON t.id = side.team_id LEFT JOIN decision ON decision.team_id = t.id
        GROUP BY t.id
    ),
    form AS (
        SELECT follows.team, recent.*
        FROM this
        CROSS JOIN LATERAL (VALUES ('home', this.home_team_id), ('away', this.away_team_id)) AS follows(team, team_id)
        CROSS JOIN LATERAL (
            SELECT kickoff_at, competition, home, away, home_score, away_score, home_team_id = follows.team_id AS at_home
            FROM played WHERE follows.team_id IN (home_team_id, away_team_id)
            ORDER BY kickoff_at DESC, id DESC LIMIT %(few)s
        ) AS recent
    ),
    meetings AS (
        SELECT p.kickoff_at, p.competition, p.home, p.away, p.home_score, p.away_score
        FROM this JOIN played p ON (p.home_team_id, p.away_team_id) IN
            ((this.home_team_id, this.away_team_id), (this.away_team_id, this.home_team_id))
        ORDER BY p.kickoff_at DESC, p.id DESC LIMIT %(few)s
    )
    SELECT json_build_object(
        'match', (SELECT json_build_object(
                'competition', c.name, 'country', c.country, 'season', s.label, 'round', this.round_label,
                'matchday', this.matchday, 'kickoff_at', this.kickoff_at, 'neutral', this.neutral,
                'second_leg', coalesce(this.leg > 1, false), 'basis', c.score_basis, 'home', h.name, 'away', a.name)
            FROM this
            JOIN matches_team h ON h.id = this.home_team_id
            JOIN matches_team a ON a.id = this.away_team_id
            JOIN matches_season s ON s.id = this.season_id
            JOIN matches_competition c ON c.id = s.competition_id),
        'table', (SELECT json_agg(standing ORDER BY points DESC, goals_for - goals_against DESC, goals_for DESC, team)
            FROM standing),
        'form', (SELECT json_agg(form ORDER BY team, kickoff_at DESC) FROM form),
        'meetings', (SELECT json_agg(meetings ORDER BY kickoff_at DESC) FROM meetings)
    )::text
)
FROM unnest(%(matches)s::bigint[]) AS asked(match_id)
