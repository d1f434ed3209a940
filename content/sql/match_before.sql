-- Ids of the last finished matches of both teams before a match, five of each, and of their last six meetings.

SELECT past.id
FROM matches_match this CROSS JOIN LATERAL (
    (SELECT id FROM matches_match
     WHERE (home_team_id, away_team_id) IN ((this.home_team_id, this.away_team_id), (this.away_team_id, this.home_team_id))
       AND status = 'finished' AND kickoff_at < this.kickoff_at
     ORDER BY kickoff_at DESC, id DESC LIMIT 6)
    UNION
    SELECT of_team.id
    FROM unnest(ARRAY[this.home_team_id, this.away_team_id]) AS team (id) CROSS JOIN LATERAL (
        SELECT id FROM matches_match
        WHERE (home_team_id = team.id OR away_team_id = team.id)
          AND status = 'finished' AND kickoff_at < this.kickoff_at
        ORDER BY kickoff_at DESC, id DESC LIMIT 5
    ) AS of_team
) AS past
WHERE this.id = %s
