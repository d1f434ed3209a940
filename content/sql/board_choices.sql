-- Boards to choose from in addition to the overall one: query parameter, value, label. Seasons are limited to the newest
-- of each competition and all of the chosen one (null: none), because a list of all seasons would be too long.

(SELECT 'competition' AS scope, slug::text AS value, name::text FROM matches_competition ORDER BY name)
UNION ALL
(SELECT 'season', season.id::text, c.name || ' ' || season.label
 FROM matches_competition c
 CROSS JOIN LATERAL (
     SELECT id, label, starts_on FROM matches_season WHERE competition_id = c.id
     ORDER BY starts_on DESC LIMIT CASE WHEN c.id = %(competition)s THEN NULL ELSE 1 END
 ) AS season
 ORDER BY c.id = %(competition)s DESC, season.starts_on DESC, c.id)
UNION ALL
(SELECT 'team', slug, name FROM matches_team ORDER BY name)
