"""One table of verdicts that is only inserted into; `scoring_score` becomes a view of the current ones."""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile

COLUMNS = (
    "prediction_id, settlement_id, tendency_points, goal_difference_points, exact_points, points, rps, brier, log_score"
)
COPY = f"""
INSERT INTO scoring_verdict ({COLUMNS})
SELECT {COLUMNS} FROM scoring_score UNION ALL SELECT {COLUMNS} FROM scoring_supersededscore
"""
COPY_BACK = [
    f"""
    INSERT INTO scoring_score ({COLUMNS}) SELECT {COLUMNS} FROM scoring_verdict
    WHERE settlement_id IN (SELECT id FROM scoring_settlement WHERE superseded_at IS NULL)
    """,
    f"""
    INSERT INTO scoring_supersededscore ({COLUMNS}) SELECT {COLUMNS} FROM scoring_verdict
    WHERE settlement_id IN (SELECT id FROM scoring_settlement WHERE superseded_at IS NOT NULL)
    """,
]
JUDGED = [
    ('tendency_points', models.PositiveSmallIntegerField(null=True)),
    ('goal_difference_points', models.PositiveSmallIntegerField(null=True)),
    ('exact_points', models.PositiveSmallIntegerField(null=True)),
    ('points', models.PositiveSmallIntegerField(null=True)),
    ('rps', models.FloatField(null=True)),
    ('brier', models.FloatField(null=True)),
    ('log_score', models.FloatField(null=True)),
]


class Migration(migrations.Migration):
    # A view of the stats app may stand on the old table: it goes with it, and stats 0004 makes its successor.

    dependencies = [
        ('scoring', '0002_judged_score'),
        ('matches', '0005_names_have_letters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Verdict',
            fields=[
                *JUDGED,
                ('pk', models.CompositePrimaryKey('settlement_id', 'prediction_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('settlement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='scoring.settlement')),
                ('prediction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='matches.prediction')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points', 0), ('points__range', (2, 10)), _connector='OR'), name='verdict_points_possible')],
            },
        ),
        migrations.RunSQL(sql=COPY, reverse_sql=COPY_BACK),
        migrations.DeleteModel(name='SupersededScore'),
        migrations.DeleteModel(name='Score'),
        RunSQLFile("scoring/sql/score_v1.sql", reverse="DROP VIEW scoring_score CASCADE"),
        migrations.CreateModel(
            name='Score',
            fields=[
                *JUDGED,
                ('prediction', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='score', serialize=False, to='matches.prediction')),
                ('settlement', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='scores', to='scoring.settlement')),
            ],
            options={'managed': False, 'db_table': 'scoring_score'},
        ),
    ]
