-- Every board there is but the overall one: its parameter, the value of that, and its name.

(SELECT 'competition' AS scope, slug::text AS value, name::text FROM matches_competition ORDER BY name)
UNION ALL
(SELECT 'season', s.id::text, c.name || ' ' || s.label
 FROM matches_season s JOIN matches_competition c ON c.id = s.competition_id
 ORDER BY s.starts_on DESC, s.competition_id)
UNION ALL
(SELECT 'team', slug, name FROM matches_team ORDER BY name)
