-- Settle a match in one statement: compute its quotas, insert its settlement and the score of every current prediction.
-- scoring/rules.py implements the same for one prediction; tests/scoring/test_sql_agrees.py checks that both agree.
--
-- %(home)s and %(away)s are the score that counts. If the match has live score predictions, the quotas are computed
-- from them alone; otherwise from the archive predictions. Hindsight predictions are scored, but do not affect quotas.
-- Probabilities are divided by their sum, which may differ from 1 by 0.001; the stored ones stay as they were sent.

WITH counted AS (
    SELECT provenance, count(*)::int AS predictions, count(home_goals)::int AS n,
           count(*) FILTER (WHERE home_goals > away_goals)::int AS home,
           count(*) FILTER (WHERE home_goals = away_goals)::int AS draw,
           count(*) FILTER (WHERE home_goals < away_goals)::int AS away
    FROM matches_prediction
    WHERE match_id = %(match)s AND superseded_at IS NULL
    GROUP BY provenance
),
field AS (
    SELECT coalesce(max(n), 0) AS n, coalesce(max(home), 0) AS home, coalesce(max(draw), 0) AS draw,
           coalesce(max(away), 0) AS away
    FROM counted
    WHERE provenance = CASE WHEN EXISTS (SELECT FROM counted WHERE provenance = 'live' AND n > 0)
                            THEN 'live' ELSE 'archive' END
),
settlement AS (
    INSERT INTO scoring_settlement (match_id, number, result_version, rule, home_goals, away_goals,
                                    quota_home, quota_draw, quota_away, predictions, voided, settled_at)
    SELECT %(match)s, %(number)s, %(result_version)s, %(rule)s, %(home)s, %(away)s,
           CASE home WHEN 0 THEN 6 ELSE least(6, greatest(2, (6 * n + 19 * home) / (10 * home))) END,
           CASE draw WHEN 0 THEN 6 ELSE least(6, greatest(2, (6 * n + 19 * draw) / (10 * draw))) END,
           CASE away WHEN 0 THEN 6 ELSE least(6, greatest(2, (6 * n + 19 * away) / (10 * away))) END,
           (SELECT coalesce(sum(predictions), 0) FROM counted),
           false, %(settled_at)s
    FROM field
    RETURNING id, quota_home, quota_draw, quota_away
),
actual AS (
    SELECT id AS settlement_id,
           sign(%(home)s - %(away)s) AS tendency,
           %(home)s - %(away)s AS difference,
           CASE sign(%(home)s - %(away)s) WHEN 1 THEN quota_home WHEN 0 THEN quota_draw ELSE quota_away END AS quota,
           (%(home)s > %(away)s)::int::float8 AS e_home,
           (%(home)s = %(away)s)::int::float8 AS e_draw,
           (%(home)s < %(away)s)::int::float8 AS e_away
    FROM settlement
),
scored AS (
    SELECT p.id, a.settlement_id, a.e_home, a.e_draw, a.e_away,
           p.p_home / total AS p_home, p.p_draw / total AS p_draw, p.p_away / total AS p_away,
           CASE WHEN sign(p.home_goals - p.away_goals) = a.tendency THEN a.quota
                WHEN p.home_goals IS NOT NULL THEN 0 END AS tendency_points,
           CASE WHEN p.home_goals - p.away_goals = a.difference THEN 1
                WHEN p.home_goals IS NOT NULL THEN 0 END AS goal_difference_points,
           CASE WHEN p.home_goals = %(home)s AND p.away_goals = %(away)s THEN 3
                WHEN p.home_goals IS NOT NULL THEN 0 END AS exact_points
    FROM matches_prediction p
    CROSS JOIN actual a
    CROSS JOIN LATERAL (SELECT p.p_home + p.p_draw + p.p_away AS total) AS summed
    WHERE p.match_id = %(match)s AND p.superseded_at IS NULL
),
floored AS (
    SELECT *, greatest(p_home, 0.001) AS f_home, greatest(p_draw, 0.001) AS f_draw, greatest(p_away, 0.001) AS f_away
    FROM scored
)
INSERT INTO scoring_settlementscore (prediction_id, settlement_id, tendency_points, goal_difference_points, exact_points,
                             points, rps, brier, log_score)
SELECT id, settlement_id, tendency_points, goal_difference_points, exact_points,
       tendency_points + goal_difference_points + exact_points,
       ((p_home - e_home) * (p_home - e_home) + (p_away - e_away) * (p_away - e_away)) / 2,
       (p_home - e_home) * (p_home - e_home) + (p_draw - e_draw) * (p_draw - e_draw)
           + (p_away - e_away) * (p_away - e_away),
       CASE WHEN p_home IS NOT NULL THEN
           -ln(CASE WHEN e_home = 1 THEN f_home WHEN e_draw = 1 THEN f_draw ELSE f_away END
               / (f_home + f_draw + f_away)) END
FROM floored
