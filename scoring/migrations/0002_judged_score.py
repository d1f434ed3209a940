"""The score that each settlement judged by, so that a changed basis is noticed."""

from django.db import migrations, models

# Of former settlements: the revision that they took, by the competition's basis of today.
FILL = """
UPDATE scoring_settlement AS s
SET home_goals = CASE WHEN c.score_basis = 'after_extra_time' THEN coalesce(r.home_score_aet, r.home_score)
                      ELSE r.home_score END,
    away_goals = CASE WHEN c.score_basis = 'after_extra_time' THEN coalesce(r.away_score_aet, r.away_score)
                      ELSE r.away_score END
FROM matches_resultrevision AS r
JOIN matches_match AS m ON m.id = r.match_id
JOIN matches_season AS e ON e.id = m.season_id
JOIN matches_competition AS c ON c.id = e.competition_id
WHERE r.match_id = s.match_id AND r.version = s.result_version AND NOT s.voided
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0004_lifecycle'),
        ('scoring', '0001_settlements_and_scores'),
    ]

    operations = [
        migrations.AddField(
            model_name='settlement',
            name='away_goals',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='settlement',
            name='home_goals',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('away_goals__isnull', True), ('home_goals__isnull', True)), models.Q(('away_goals__isnull', False), ('home_goals__isnull', False), ('voided', False)), _connector='OR'), name='settlement_goals_unless_void'),
        ),
        migrations.RunSQL(sql=FILL, reverse_sql=migrations.RunSQL.noop),
    ]
