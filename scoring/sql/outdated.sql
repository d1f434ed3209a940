-- Condition: `score_match` would replace the settlement. This is the case if the settlement is current, and
-- another result, rule, score or set of predictions counts now.
EXISTS (
    SELECT FROM scoring_settlement s
    JOIN matches_match m ON m.id = s.match_id
    JOIN matches_season season ON season.id = m.season_id
    JOIN matches_competition c ON c.id = season.competition_id
    CROSS JOIN LATERAL (SELECT c.score_basis = 'after_extra_time' AND m.home_score_aet IS NOT NULL AS with_extra_time) basis
    WHERE s.id = {settlement} AND s.superseded_at IS NULL
    AND (
        s.result_version <> m.result_version
        OR s.rule <> '{rule}'
        OR s.predictions <> (
            SELECT count(*) FROM matches_prediction p WHERE p.match_id = m.id AND p.superseded_at IS NULL
        )
        OR NOT s.voided AND (
            s.home_goals IS DISTINCT FROM CASE WHEN with_extra_time THEN m.home_score_aet ELSE m.home_score END
            OR s.away_goals IS DISTINCT FROM CASE WHEN with_extra_time THEN m.away_score_aet ELSE m.away_score END
            OR EXISTS (
                SELECT FROM matches_prediction p
                WHERE p.match_id = m.id AND p.superseded_at IS NULL
                AND NOT EXISTS (SELECT FROM scoring_settlementscore v WHERE v.settlement_id = s.id AND v.prediction_id = p.id)
            )
        )
    )
    OFFSET 0  -- Optimization fence: evaluate for one settlement, never as a hash of all
)
