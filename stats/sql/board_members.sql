-- Number the forecasters that joined the panel of a season of this leaderboard since the last run (BoardMember), in the order
-- of their ids, which does not depend on scores. If two concurrent runs choose the same number, the second one does not store it.

INSERT INTO stats_boardmember (scope, scope_id, forecaster_id, number)
SELECT %(scope)s::text, %(scope_id)s::bigint, p.forecaster_id,
       (SELECT coalesce(max(number), 0) FROM stats_boardmember WHERE scope = %(scope)s::text AND scope_id = %(scope_id)s::bigint)
           + row_number() OVER (ORDER BY p.forecaster_id)
FROM stats_participant p
JOIN matches_season s ON s.id = p.season_id
WHERE p.role <> 'outside' AND (%(season)s::bigint IS NULL OR s.id = %(season)s)
  AND (%(competition)s::bigint IS NULL OR s.competition_id = %(competition)s)
  AND NOT EXISTS (SELECT FROM stats_boardmember m
                  WHERE m.scope = %(scope)s::text AND m.scope_id = %(scope_id)s::bigint AND m.forecaster_id = p.forecaster_id)
GROUP BY p.forecaster_id
ON CONFLICT DO NOTHING
