-- Sums of the pairs of these forecasters over the seasons of one leaderboard (PairSum), for these provenances.

SELECT array_position(%(forecasters)s::bigint[], p.a_id) - 1, array_position(%(forecasters)s::bigint[], p.b_id) - 1,
       stats_sum(p.score_matches), stats_sum(p.probability_matches), stats_sum(p.points), stats_sum(p.points_squares),
       stats_sum(p.rps), stats_sum(p.rps_squares), stats_sum(p.brier), stats_sum(p.brier_squares),
       stats_sum(p.log_score), stats_sum(p.log_score_squares),
       stats_sum(CASE WHEN %(is_whole)s::boolean THEN p.weight_all ELSE p.weight END)
FROM stats_pairsum p
JOIN matches_season s ON s.id = p.season_id
WHERE (%(season)s::bigint IS NULL OR p.season_id = %(season)s)
  AND (%(competition)s::bigint IS NULL OR s.competition_id = %(competition)s)
  AND p.provenance = ANY(%(provenances)s::text[]) AND p.a_id = ANY(%(forecasters)s::bigint[]) AND p.b_id = ANY(%(forecasters)s::bigint[])
GROUP BY p.a_id, p.b_id
