-- Data for the roundup of one match, as one JSON object. A single statement reads a single snapshot of the
-- database, even if other transactions commit at the same time.
--
-- The materialised views are not used, because they show the current state. It selects the state as of the
-- match, in the order of the season: by kickoff, and with equal kickoff by the time of the first settlement.
-- So the article of an old match can be written again years later with the same content, unless something
-- was corrected.

WITH RECURSIVE this AS (
    SELECT m.*, first.settled_at AS counted_at
    FROM matches_match m
    LEFT JOIN scoring_settlement first ON first.match_id = m.id AND first.number = 1
    WHERE m.id = %(match)s
),
season AS (
    SELECT m.id, m.stage_id, m."group", m.kickoff_at, m.kickoff_time_known, m.round_label, m.status,
           m.home_team_id, m.away_team_id, coalesce(m.home_score_aet, m.home_score) AS home_end, coalesce(m.away_score_aet, m.away_score) AS away_end,
           first.settled_at AS counted_at,
           m.id = t.id AS is_this,
           m.id = t.id OR m.kickoff_at < t.kickoff_at
               OR m.kickoff_at = t.kickoff_at
                  AND coalesce((first.settled_at, m.id) <= (t.counted_at, t.id), false) AS is_past,
           m.kickoff_at = t.kickoff_at AS is_simultaneous
    FROM this t
    JOIN matches_match m ON m.season_id = t.season_id AND m.status <> 'cancelled' OR m.id = t.id
    LEFT JOIN scoring_settlement first ON first.match_id = m.id AND first.number = 1
),
reported AS (
    SELECT p.id, f.slug, f.name, f.kind, p.provenance, p.home_goals, p.away_goals, p.p_home, p.p_draw, p.p_away,
           s.points, s.tendency_points, s.goal_difference_points, s.exact_points, s.rps
    FROM matches_prediction p
    JOIN matches_forecaster f ON f.id = p.forecaster_id
    LEFT JOIN (scoring_score s JOIN scoring_settlement c ON c.id = s.settlement_id AND c.superseded_at IS NULL)
        ON s.prediction_id = p.id
    -- A prediction that was imported later and is not scored yet did not affect the quotas.
    WHERE p.match_id = %(match)s AND p.superseded_at IS NULL
    AND (s.prediction_id IS NOT NULL OR (SELECT status FROM this) <> 'finished')
),
picks AS (
    SELECT * FROM reported WHERE provenance <> 'hindsight'
),
runs AS (  -- a letter per match of both sides, by the score after extra time if it was played; a shootout leaves a draw
    SELECT t.slug, t.name,
           string_agg(CASE WHEN past.status = 'awarded'
                           THEN (SELECT outcome FROM matches_tableside WHERE match_id = past.id AND team_id = t.id)
                           WHEN past.home_end = past.away_end THEN 'D'
                           WHEN (past.home_team_id = t.id) = (past.home_end > past.away_end) THEN 'W' ELSE 'L' END, ''
                      ORDER BY past.kickoff_at, past.counted_at, past.id) AS run
    FROM this
    JOIN matches_team t ON t.id IN (this.home_team_id, this.away_team_id)
    JOIN season past ON t.id IN (past.home_team_id, past.away_team_id) AND past.is_past
    WHERE past.status IN (TABLE_STATUSES)
    GROUP BY t.id HAVING bool_or(past.is_this)
),
table_asked AS (SELECT stage_id FROM this),
table_left_out AS (SELECT id AS match_id FROM season WHERE NOT is_past),
table_day AS (SELECT (kickoff_at AT TIME ZONE 'UTC')::date AS day FROM this),
\i matches/sql/table_sums.sql
, ahead AS (  -- the next match in kickoff order, also if it was abandoned later; `team` is the side that plays it
    SELECT follows.team, n.*
    FROM this t
    CROSS JOIN LATERAL (VALUES ('home', t.home_team_id), ('away', t.away_team_id)) AS follows(team, team_id)
    CROSS JOIN LATERAL (
        SELECT m.id, m.kickoff_at, m.kickoff_time_known, m.round_label AS round, h.name AS home, a.name AS away, m.neutral,
               json_build_object('slug', c.slug, 'name', c.name) AS competition,
               stage.kind = 'knockout' AS is_knockout, m.home_team_id = follows.team_id AS at_home
        FROM matches_match m
        JOIN matches_team h ON h.id = m.home_team_id
        JOIN matches_team a ON a.id = m.away_team_id
        JOIN matches_stage stage ON stage.id = m.stage_id
        JOIN matches_season s ON s.id = m.season_id
        JOIN matches_competition c ON c.id = s.competition_id
        WHERE follows.team_id IN (m.home_team_id, m.away_team_id)
          AND m.kickoff_at > t.kickoff_at AND m.status NOT IN (KICKOFF_NOT_HELD_STATUSES)
        ORDER BY m.kickoff_at, m.id LIMIT 1
    ) AS n
)
SELECT json_build_object(
    'match', (SELECT json_build_object(
            'id', t.id, 'status', t.status, 'kickoff_at', t.kickoff_at,
            'kickoff_time_known', t.kickoff_time_known, 'round', t.round_label, 'matchday', t.matchday,
            'neutral', t.neutral, 'result_version', t.result_version,
            'home_score', t.home_score, 'away_score', t.away_score,
            'home_score_aet', t.home_score_aet, 'away_score_aet', t.away_score_aet,
            'home_penalties', t.home_penalties, 'away_penalties', t.away_penalties, 'award', t.award,
            'home', json_build_object('slug', h.slug, 'name', h.name, 'short_name', h.short_name),
            'away', json_build_object('slug', a.slug, 'name', a.name, 'short_name', a.short_name),
            'season', s.label, 'season_id', s.id, 'stage', t.stage_id, 'group', t."group",
            'competition', json_build_object('slug', c.slug, 'name', c.name), 'basis', c.score_basis,
            'time_zone', c.time_zone)
        FROM this t
        JOIN matches_team h ON h.id = t.home_team_id
        JOIN matches_team a ON a.id = t.away_team_id
        JOIN matches_season s ON s.id = t.season_id
        JOIN matches_competition c ON c.id = s.competition_id),
    'settlements', (SELECT json_agg(json_build_object(
            'id', id, 'number', number, 'result_version', result_version, 'predictions', predictions,
            'quota_home', quota_home, 'quota_draw', quota_draw, 'quota_away', quota_away, 'voided', voided,
            'is_current', superseded_at IS NULL) ORDER BY number)
        FROM scoring_settlement WHERE match_id = %(match)s),
    'revisions', (SELECT json_agg(json_build_object(
            'version', version, 'status', status, 'home_score', home_score, 'away_score', away_score,
            'home_score_aet', home_score_aet, 'away_score_aet', away_score_aet,
            'home_penalties', home_penalties, 'away_penalties', away_penalties, 'award', award,
            'reason', reason) ORDER BY version)
        FROM matches_resultrevision WHERE match_id = %(match)s),
    'picks', (SELECT json_agg(picks ORDER BY points DESC NULLS LAST, exact_points DESC, rps, name) FROM picks),
    'counted_before', (SELECT json_agg(c.id ORDER BY past.kickoff_at, past.counted_at, past.id)
        FROM season past JOIN scoring_settlement c ON c.match_id = past.id AND c.superseded_at IS NULL
        WHERE past.is_past AND NOT past.is_this),
    'runs', (SELECT json_agg(runs ORDER BY name) FROM runs),
    'league', (SELECT json_build_object(
            'stage', stage.id, 'stage_name', stage.name, 'group', this."group",
            'has_groups', stage.kind = 'groups', 'is_only_table', NOT EXISTS (
                SELECT FROM matches_stage other WHERE other.season_id = stage.season_id AND other.id <> stage.id
                AND other.kind IN ('league', 'groups')),
            'sums', (SELECT json_agg(sums) FROM table_sums),
            'teams', (SELECT json_object_agg(id, json_build_object('slug', slug, 'name', name))
                FROM matches_team WHERE id IN (SELECT team FROM table_entry)),
            'here', (SELECT json_agg(side) FROM table_side side WHERE match = this.id),
            'simultaneous_open', (SELECT count(*) FROM season
                WHERE is_simultaneous AND NOT is_past AND status <> 'postponed' AND stage_id = stage.id
                AND (stage.kind = 'league' OR season."group" = this."group")))
        FROM this JOIN matches_stage stage ON stage.id = this.stage_id AND stage.kind IN ('league', 'groups')),
    'stage', (SELECT json_build_object(
            'kind', stage.kind, 'away_goals', stage.away_goals,
            'tie_matches', CASE WHEN stage.kind IN ('knockout', 'unknown') THEN (
                SELECT json_agg(json_build_object(  -- later matches as if still to be played
                    'pk', m.id, 'round_label', m.round_label, 'kickoff_at', m.kickoff_at, 'leg', m.leg, 'game', m.game,
                    'home_team', h.slug, 'away_team', a.slug,
                    'status', CASE WHEN season.is_past THEN m.status ELSE 'scheduled' END,
                    'award', CASE WHEN season.is_past THEN m.award ELSE '' END,
                    'home_score', CASE WHEN season.is_past THEN m.home_score END,
                    'away_score', CASE WHEN season.is_past THEN m.away_score END,
                    'home_score_aet', CASE WHEN season.is_past THEN m.home_score_aet END,
                    'away_score_aet', CASE WHEN season.is_past THEN m.away_score_aet END,
                    'home_penalties', CASE WHEN season.is_past THEN m.home_penalties END,
                    'away_penalties', CASE WHEN season.is_past THEN m.away_penalties END))
                FROM season JOIN matches_match m ON m.id = season.id
                JOIN matches_team h ON h.id = m.home_team_id
                JOIN matches_team a ON a.id = m.away_team_id
                WHERE season.stage_id = stage.id) END)
        FROM this JOIN matches_stage stage ON stage.id = this.stage_id),
    'earlier_meeting', (SELECT json_build_object(
            'id', past.id, 'kickoff_at', past.kickoff_at, 'kickoff_time_known', past.kickoff_time_known,
            'home_score', past.home_end, 'away_score', past.away_end)
        FROM this t JOIN season past ON past.home_team_id = t.away_team_id AND past.away_team_id = t.home_team_id
        WHERE past.is_past AND past.status = 'finished'
        -- Only if it is the only one: teams may meet four times in a season.
        AND NOT EXISTS (
            SELECT FROM season other
            WHERE other.is_past AND other.status = 'finished' AND NOT other.is_this AND other.id <> past.id
            AND (other.home_team_id, other.away_team_id)
                IN ((t.home_team_id, t.away_team_id), (t.away_team_id, t.home_team_id)))),
    'ahead', (SELECT json_object_agg(team, ahead) FROM ahead),
    'counts', (SELECT json_build_object(
            'nth_of_season', count(*) FILTER (WHERE is_past),
            'played_before', count(*) FILTER (WHERE is_past AND NOT is_this AND status = 'finished'),
            'most_goals_before', max(home_end + away_end) FILTER (WHERE is_past AND NOT is_this AND status = 'finished'),
            'widest_margin_before',
            max(abs(home_end - away_end)) FILTER (WHERE is_past AND NOT is_this AND status = 'finished'),
            'hindsight', (SELECT count(*) FROM reported WHERE provenance = 'hindsight'),
            'simultaneous_open', count(*) FILTER (WHERE is_simultaneous AND NOT is_past AND status <> 'postponed'),
            'round_left', count(*) FILTER (WHERE NOT is_past AND NOT is_simultaneous AND status <> 'postponed'
                                           AND (stage_id, round_label) = (SELECT stage_id, round_label FROM this)))
        FROM season)
)
