-- Boards to choose from in addition to the overall board: query parameter, value, label. Only the newest
-- season with results of each competition and all seasons of the chosen competition (null: none chosen) are
-- included: there are many.

(SELECT 'competition' AS scope, slug::text AS value, name::text FROM matches_competition ORDER BY name)
UNION ALL
(SELECT 'season', season.id::text, c.name || ' ' || season.label
 FROM matches_competition c
 CROSS JOIN LATERAL (
     SELECT id, label, starts_on FROM matches_season WHERE competition_id = c.id
     ORDER BY EXISTS (SELECT FROM stats_tally WHERE scope = 'season' AND scope_id = matches_season.id) DESC,
              starts_on DESC
     LIMIT CASE WHEN c.id = %(competition)s THEN NULL ELSE 1 END
 ) AS season
 ORDER BY c.id = %(competition)s DESC, season.starts_on DESC, c.id)
UNION ALL
(SELECT 'team', slug, name FROM matches_team ORDER BY name)
