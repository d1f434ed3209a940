-- Rounds and whether each is complete: all of its matches are settled with their newest result and shown on the
-- leaderboards, except postponed and suspended ones and those that were moved to a later day (more than two days after
-- the others); 2 to 64 of them are settled. `wanted` selects the rounds
-- (stage_id, round_label). Each row has the ids of the matches that a digest includes (`match_ids`), of their
-- settlements, and `as_of`, the last kickoff of the round without matches that were moved to a later day.
WITH wanted AS MATERIALIZED ({wanted}),
played AS (
    SELECT m.id, m.stage_id, m.round_label, m.season_id, m.kickoff_at, m.status, s.id AS settlement_id,
           coalesce(s.result_version = m.result_version AND s.folded_at IS NOT NULL AND s.id <= (
               SELECT through_settlement FROM stats_viewrefresh WHERE view = %(view)s ORDER BY id DESC LIMIT 1
           ), false) AS is_shown,
           EXISTS (SELECT FROM matches_kickoffmove move WHERE move.match_id = m.id
                   AND m.kickoff_at > move.old_kickoff_at + interval '2 days') AS was_moved
    FROM wanted JOIN matches_match m USING (stage_id, round_label)
    LEFT JOIN scoring_settlement s ON s.match_id = m.id AND s.superseded_at IS NULL
),
placed AS (
    SELECT played.*, coalesce(was_moved AND kickoff_at > interval '2 days' + max(kickoff_at)
        FILTER (WHERE NOT was_moved AND status <> 'postponed')
        OVER (PARTITION BY stage_id, round_label), false) AS is_late
    FROM played
)
SELECT stage_id, round_label, season_id,
       bool_and(is_shown OR settlement_id IS NULL AND (is_late OR status IN (DELAYED_STATUSES)))
           AND count(settlement_id) BETWEEN 2 AND 64
           AND count(settlement_id) FILTER (WHERE NOT is_late) > 0 AS is_complete,
       array_agg(id ORDER BY id) FILTER (WHERE settlement_id IS NOT NULL) AS match_ids,
       array_agg(settlement_id ORDER BY settlement_id) FILTER (WHERE settlement_id IS NOT NULL) AS settlement_ids,
       array_agg(id ORDER BY id) FILTER (WHERE settlement_id IS NOT NULL AND is_late) AS late_ids,
       min(kickoff_at) FILTER (WHERE settlement_id IS NOT NULL AND NOT is_late) AS begun_at,
       max(kickoff_at) FILTER (WHERE settlement_id IS NOT NULL AND NOT is_late) AS as_of
FROM placed GROUP BY stage_id, round_label, season_id
