-- Finished matches, settled and marked as folded: leagues of twenty teams, 380 matches a year each, the last
-- season still open. Regular forecasters predict every match, the others only matches from a given matchday
-- on. Settlements and scores equal those of scoring/sql/score_match.sql; a test compares the two.

SELECT setseed(0.42);

INSERT INTO matches_competition (id, slug, name, country, score_basis)
SELECT n, 'bench-' || n, 'League ' || n, '', 'full_time' FROM generate_series(1, %(leagues)s) AS n;

INSERT INTO matches_team (id, slug, name, short_name)
SELECT n, 'bench-team-' || n, 'Team ' || n, 'Team ' || n FROM generate_series(1, 20 * %(leagues)s) AS n;

CREATE TEMPORARY TABLE bench_year ON COMMIT DROP AS
SELECT year, date_trunc('day', now()) - make_interval(days => 365 * (years.number - year - 1) + %(days)s) AS since,
       year < years.number - 1 AS is_over
FROM (SELECT ceil(%(matches)s / (380.0 * %(leagues)s))::int AS number) AS years, generate_series(0, years.number - 1) AS year;

INSERT INTO matches_season (id, competition_id, label, starts_on, ends_on, closed_at)
SELECT %(leagues)s * year + league, league, 'year ' || year, since, since + interval '300 days',
       CASE WHEN is_over THEN since + interval '300 days' END
FROM bench_year, generate_series(1, %(leagues)s) AS league;

INSERT INTO matches_stage (id, season_id, name, kind, "order", points_win, points_draw, points_loss, tie_breakers,
                           head_to_head_when_complete, away_goals, carries, carries_record, ranked_groups)
SELECT id, id, 'Regular season', 'league', 0, 3, 1, 0, ARRAY['goal_difference', 'goals'],
       false, false, 'nothing', false, ARRAY[]::varchar[]
FROM matches_season;

INSERT INTO matches_match (id, season_id, stage_id, round_label, matchday, kickoff_at, lock_at, home_team_id, away_team_id,
                           neutral, status, home_score, away_score, result_version)
SELECT n + 1, %(leagues)s * year + league, %(leagues)s * year + league, 'Matchday ' || round, round, kickoff_at, kickoff_at,
       20 * (league - 1) + 1 + (2 * slot + round) %% 20, 20 * (league - 1) + 1 + (2 * slot + 1 + round) %% 20,
       false, 'finished', floor(4 * random() * random() + 0.5), floor(4 * random() * random()), 1
FROM (
    SELECT n, n / (380 * %(leagues)s) AS year, n %% (380 * %(leagues)s) / (10 * %(leagues)s) + 1 AS round,
           n %% (10 * %(leagues)s) / 10 + 1 AS league, n %% 10 AS slot
    FROM generate_series(0, %(matches)s - 1) AS n
) AS fixture
JOIN bench_year USING (year)
CROSS JOIN LATERAL (
    SELECT since + make_interval(days => 7 * round + slot / 5, hours => 12 + slot %% 5 + league) AS kickoff_at
) AS moment;

INSERT INTO matches_resultrevision (match_id, version, status, home_score, away_score, source, reason, recorded_at)
SELECT id, 1, 'finished', home_score, away_score, 'bench', '', kickoff_at + interval '2 hours' FROM matches_match ORDER BY id;

INSERT INTO matches_prediction (match_id, forecaster_id, home_goals, away_goals, p_home, p_draw, p_away, submitted_at,
                                provenance, late, rationale)
SELECT m.id, f.id, floor(4 * random() * random() + 0.5), floor(4 * random() * random()),
       p.home, p.draw, 1 - p.home - p.draw, m.kickoff_at - interval '1 hour', 'live', false, ''
FROM matches_match m
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM matches_forecaster) AS f
    ON f.number <= %(regulars)s OR m.matchday >= %(matchday)s
CROSS JOIN LATERAL (SELECT 0.2 + 0.4 * random() + 0 * f.id AS home, 0.1 + 0.2 * random() + 0 * f.id AS draw) AS p
ORDER BY m.id, f.id;

INSERT INTO scoring_settlement (id, match_id, number, result_version, rule, home_goals, away_goals,
                                quota_home, quota_draw, quota_away, predictions, voided, settled_at, folded_at)
SELECT m.id, m.id, 1, 1, %(rule)s, m.home_score, m.away_score,
       CASE home WHEN 0 THEN 6 ELSE least(6, greatest(2, (6 * n + 19 * home) / (10 * home))) END,
       CASE draw WHEN 0 THEN 6 ELSE least(6, greatest(2, (6 * n + 19 * draw) / (10 * draw))) END,
       CASE away WHEN 0 THEN 6 ELSE least(6, greatest(2, (6 * n + 19 * away) / (10 * away))) END,
       n, false, m.kickoff_at + interval '2 hours', m.kickoff_at + interval '2 hours'
FROM matches_match m
JOIN (
    SELECT match_id, count(*)::int AS n,
           count(*) FILTER (WHERE home_goals > away_goals)::int AS home,
           count(*) FILTER (WHERE home_goals = away_goals)::int AS draw,
           count(*) FILTER (WHERE home_goals < away_goals)::int AS away
    FROM matches_prediction GROUP BY match_id
) AS field ON field.match_id = m.id
ORDER BY m.id;

INSERT INTO scoring_settlementscore (settlement_id, prediction_id, tendency_points, goal_difference_points, exact_points, points,
                             rps, brier, log_score)
SELECT match_id, id, tendency, difference, exact, tendency + difference + exact, rps, brier, log_score
FROM (
    SELECT p.id, p.match_id,
           CASE WHEN sign(p.home_goals - p.away_goals) <> sign(s.home_goals - s.away_goals) THEN 0
                WHEN s.home_goals > s.away_goals THEN s.quota_home
                WHEN s.home_goals = s.away_goals THEN s.quota_draw ELSE s.quota_away END AS tendency,
           (p.home_goals - p.away_goals = s.home_goals - s.away_goals)::int AS difference,
           3 * (p.home_goals = s.home_goals AND p.away_goals = s.away_goals)::int AS exact,
           ((q.home - e.home) * (q.home - e.home) + (q.away - e.away) * (q.away - e.away)) / 2 AS rps,
           (q.home - e.home) * (q.home - e.home) + (q.draw - e.draw) * (q.draw - e.draw)
               + (q.away - e.away) * (q.away - e.away) AS brier,
           -ln((CASE WHEN e.home = 1 THEN q.home WHEN e.draw = 1 THEN q.draw ELSE q.away END)
               / (q.home + q.draw + q.away)) AS log_score
    FROM matches_prediction p
    JOIN scoring_settlement s ON s.match_id = p.match_id
    CROSS JOIN LATERAL (SELECT p_home + p_draw + p_away AS total) AS summed
    CROSS JOIN LATERAL (SELECT p_home / total AS home, p_draw / total AS draw, p_away / total AS away) AS q
    CROSS JOIN LATERAL (
        SELECT (s.home_goals > s.away_goals)::int::float8 AS home, (s.home_goals = s.away_goals)::int::float8 AS draw,
               (s.home_goals < s.away_goals)::int::float8 AS away
    ) AS e
) AS judged
ORDER BY match_id, id;

SELECT setval(pg_get_serial_sequence(name, 'id'), 1000000000)
FROM unnest(ARRAY['matches_competition', 'matches_team', 'matches_season', 'matches_stage', 'matches_match', 'scoring_settlement']) AS name;
