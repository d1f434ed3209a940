-- Data for the digest of a round, as one JSON object: results, tables or ties as of the round, and what forecasters
-- scored in it. `matches` are the matches to include; `begun_at` and `as_of` are the first and the last kickoff of the
-- round. Tables leave out all matches after `as_of`; in ties these count as still to be played, except those in `matches`.

WITH RECURSIVE settled AS (
    SELECT m.*, s.id AS settlement_id, s.voided
    FROM matches_match m JOIN scoring_settlement s ON s.match_id = m.id AND s.superseded_at IS NULL
    WHERE m.id = ANY(%(matches)s)
),
scored AS (
    SELECT settled.id AS match_id, p.forecaster_id, s.points, s.rps::numeric AS rps,
           s.tendency_points > 0 AS is_right, s.exact_points > 0 AS is_exact
    FROM settled JOIN scoring_score s ON s.settlement_id = settled.settlement_id
    JOIN matches_prediction p ON p.id = s.prediction_id
    WHERE NOT settled.voided AND p.provenance <> 'hindsight'
),
table_asked AS (SELECT %(stage)s::bigint AS stage_id),
table_left_out AS (
    SELECT m.id AS match_id FROM matches_match m JOIN matches_stage s ON s.season_id = m.season_id
    WHERE s.id = %(stage)s AND m.kickoff_at > %(as_of)s
),
table_day AS (SELECT (%(as_of)s::timestamptz AT TIME ZONE 'UTC')::date AS day),
\i matches/sql/table_sums.sql
SELECT json_build_object(
    'stage', (SELECT json_build_object(
            'id', stage.id, 'name', stage.name, 'kind', stage.kind, 'away_goals', stage.away_goals,
            'season_id', season.id, 'season', season.label, 'time_zone', c.time_zone,
            'competition', json_build_object('slug', c.slug, 'name', c.name),
            'is_only_stage', NOT EXISTS (
                SELECT FROM matches_stage o WHERE o.season_id = season.id AND o.id <> stage.id))
        FROM matches_stage stage JOIN matches_season season ON season.id = stage.season_id
        JOIN matches_competition c ON c.id = season.competition_id WHERE stage.id = %(stage)s),
    'matches', (SELECT json_agg(json_build_object(
            'id', settled.id, 'settlement_id', settlement_id, 'kickoff_at', kickoff_at,
            'kickoff_time_known', kickoff_time_known, 'group', "group",
            'status', status, 'award', award, 'home_score', home_score, 'away_score', away_score,
            'home_score_aet', home_score_aet, 'away_score_aet', away_score_aet,
            'home_penalties', home_penalties, 'away_penalties', away_penalties,
            'home', json_build_object('slug', h.slug, 'name', h.name),
            'away', json_build_object('slug', a.slug, 'name', a.name),
            'picks', (SELECT count(points) FROM scored WHERE match_id = settled.id),
            'right', (SELECT count(*) FROM scored WHERE match_id = settled.id AND is_right),
            'revisions', CASE WHEN result_version > 1 THEN (
                SELECT json_agg(json_build_object(
                    'version', r.version, 'status', r.status, 'award', r.award, 'reason', r.reason,
                    'home_score', r.home_score, 'away_score', r.away_score,
                    'home_score_aet', r.home_score_aet, 'away_score_aet', r.away_score_aet,
                    'home_penalties', r.home_penalties, 'away_penalties', r.away_penalties) ORDER BY r.version)
                FROM matches_resultrevision r WHERE r.match_id = settled.id AND r.version >= (
                    SELECT min(result_version) FROM scoring_settlement first WHERE first.match_id = settled.id)) END)
            ORDER BY kickoff_at, h.name, settled.id)
        FROM settled JOIN matches_team h ON h.id = home_team_id JOIN matches_team a ON a.id = away_team_id),
    'forecasters', (SELECT json_agg(json_build_object(
            'slug', f.slug, 'name', f.name, 'picks', picks, 'points', points, 'exact', exact, 'right', hits,
            'probabilities', probabilities, 'rps', rps::text))
        FROM (SELECT forecaster_id, count(points) AS picks, sum(points) AS points, count(rps) AS probabilities,
                     sum(rps) AS rps, count(*) FILTER (WHERE is_exact) AS exact, count(*) FILTER (WHERE is_right) AS hits
              FROM scored GROUP BY forecaster_id) AS totals
        JOIN matches_forecaster f ON f.id = forecaster_id),
    'sums', (SELECT json_agg(sums) FROM table_sums),
    'teams', (SELECT json_object_agg(id, json_build_object('slug', slug, 'name', short_name))
        FROM matches_team WHERE id IN (SELECT team FROM table_entry)),
    'sides', (SELECT json_agg(side) FROM table_side side JOIN matches_match m ON m.id = side.match
        WHERE side.stage_id = %(stage)s AND m.kickoff_at >= %(begun_at)s),
    'tie_matches', (SELECT json_agg(json_build_object(
            'pk', m.id, 'round_label', m.round_label, 'kickoff_at', m.kickoff_at, 'leg', m.leg, 'game', m.game,
            'home_team', h.slug, 'away_team', a.slug,
            'status', CASE WHEN is_past THEN m.status ELSE 'scheduled' END,
            'award', CASE WHEN is_past THEN m.award ELSE '' END,
            'home_score', CASE WHEN is_past THEN m.home_score END,
            'away_score', CASE WHEN is_past THEN m.away_score END,
            'home_score_aet', CASE WHEN is_past THEN m.home_score_aet END,
            'away_score_aet', CASE WHEN is_past THEN m.away_score_aet END,
            'home_penalties', CASE WHEN is_past THEN m.home_penalties END,
            'away_penalties', CASE WHEN is_past THEN m.away_penalties END) ORDER BY m.kickoff_at, m.id)
        FROM (SELECT *, kickoff_at <= %(as_of)s OR id = ANY(%(matches)s) AS is_past
              FROM matches_match WHERE stage_id = %(stage)s) AS m
        JOIN matches_team h ON h.id = m.home_team_id JOIN matches_team a ON a.id = m.away_team_id
        JOIN matches_stage s ON s.id = m.stage_id AND s.kind IN ('knockout', 'unknown'))
)
