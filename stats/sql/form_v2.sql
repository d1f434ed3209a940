-- Recent form on each board, computed from the scores in the order of the season: by kickoff, then by first settlement
-- of the match, then by id, as in content/sql/snapshot.sql. So a late settlement or a correction cannot break a streak.
-- For all predictions, and for live and archive ones separately.
-- One letter per match: E exact, D goal difference, T tendency, - miss.

CREATE MATERIALIZED VIEW stats_form AS
WITH season AS (  -- the place of each match is computed once, so that the large sort below uses one integer
    SELECT m.id, m.season_id, m.home_team_id, m.away_team_id, se.competition_id,
           row_number() OVER (ORDER BY m.kickoff_at, first.settled_at, m.id) AS place
    FROM matches_match m
    JOIN scoring_settlement first ON first.match_id = m.id AND first.number = 1
    JOIN matches_season se ON se.id = m.season_id
),
outcome AS (
    SELECT board.scope, board.scope_id, p.forecaster_id, made.provenance,
           s.tendency_points > 0 AS hit,
           CASE WHEN s.exact_points > 0 THEN 'E' WHEN s.goal_difference_points > 0 THEN 'D'
                WHEN s.tendency_points > 0 THEN 'T' ELSE '-' END AS letter,
           row_number() OVER newest AS age,
           count(*) FILTER (WHERE s.tendency_points = 0) OVER newest AS misses_since
    FROM scoring_score s
    JOIN matches_prediction p ON p.id = s.prediction_id
    JOIN season m ON m.id = p.match_id
    CROSS JOIN LATERAL (VALUES ('overall', 0::bigint), ('competition', m.competition_id), ('season', m.season_id),
                               ('team', m.home_team_id), ('team', m.away_team_id)) AS board(scope, scope_id)
    CROSS JOIN LATERAL (VALUES ('all'), (p.provenance)) AS made(provenance)
    WHERE s.points IS NOT NULL
    WINDOW newest AS (PARTITION BY board.scope, board.scope_id, p.forecaster_id, made.provenance
                      ORDER BY m.place DESC ROWS UNBOUNDED PRECEDING)
),
streak AS (  -- hits between two misses have the same number of misses after them
    SELECT scope, scope_id, forecaster_id, provenance, misses_since, count(*) FILTER (WHERE hit) AS length
    FROM outcome GROUP BY scope, scope_id, forecaster_id, provenance, misses_since
),
form AS (
    SELECT scope, scope_id, forecaster_id, provenance, string_agg(letter, '' ORDER BY age DESC) AS form
    FROM outcome WHERE age <= 5 GROUP BY scope, scope_id, forecaster_id, provenance
)
SELECT scope, scope_id, forecaster_id, provenance, form,
       coalesce(max(length) FILTER (WHERE misses_since = 0), 0)::int AS current_streak,
       max(length)::int AS best_streak
FROM streak JOIN form USING (scope, scope_id, forecaster_id, provenance)
GROUP BY scope, scope_id, forecaster_id, provenance, form;

CREATE UNIQUE INDEX stats_form_key ON stats_form (scope, scope_id, forecaster_id, provenance);
