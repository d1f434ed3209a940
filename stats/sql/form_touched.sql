-- Boards and periods whose letters may change: the boards of each match, in the periods of its kickoffs (old and new).
-- %(matches)s and %(moments)s are arrays of equal length, one pair per position.

touched AS (
    SELECT DISTINCT board.scope, board.scope_id, stats_period(board.scope, pair.moment) AS period
    FROM unnest(%(matches)s::bigint[], %(moments)s::timestamptz[]) AS pair (match_id, moment)
    JOIN matches_match m ON m.id = pair.match_id
    JOIN matches_season se ON se.id = m.season_id
    CROSS JOIN LATERAL stats_boards(se.competition_id, m.season_id, m.home_team_id, m.away_team_id) AS board
)
