-- Ids of the previous and the next match of a match's round, of its home team and of its away team.

SELECT near.id
FROM matches_match this CROSS JOIN LATERAL (
    (SELECT id FROM matches_match
     WHERE stage_id = this.stage_id AND round_label = this.round_label
       AND (kickoff_at, id) < (this.kickoff_at, this.id)
     ORDER BY kickoff_at DESC, id DESC LIMIT 1)
    UNION ALL
    (SELECT id FROM matches_match
     WHERE stage_id = this.stage_id AND round_label = this.round_label
       AND (kickoff_at, id) > (this.kickoff_at, this.id)
     ORDER BY kickoff_at, id LIMIT 1)
    UNION ALL
    SELECT near_of_team.id
    FROM unnest(ARRAY[this.home_team_id, this.away_team_id]) AS team (id) CROSS JOIN LATERAL (
        (SELECT id FROM matches_match
         WHERE (home_team_id = team.id OR away_team_id = team.id)
           AND (kickoff_at, id) < (this.kickoff_at, this.id)
         ORDER BY kickoff_at DESC, id DESC LIMIT 1)
        UNION ALL
        (SELECT id FROM matches_match
         WHERE (home_team_id = team.id OR away_team_id = team.id)
           AND (kickoff_at, id) > (this.kickoff_at, this.id)
         ORDER BY kickoff_at, id LIMIT 1)
    ) AS near_of_team
) AS near
WHERE this.id = %s
