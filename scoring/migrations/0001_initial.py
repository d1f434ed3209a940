"""Settlements and scores, and the view of the current scores."""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('matches', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='matches.match')),
                ('number', models.PositiveIntegerField()),
                ('result_version', models.PositiveIntegerField()),
                ('rule', models.CharField(max_length=40)),
                ('home_goals', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('away_goals', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('quota_home', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('quota_draw', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('quota_away', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('predictions', models.PositiveIntegerField()),
                ('voided', models.BooleanField(default=False)),
                ('settled_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('folded_at', models.DateTimeField(blank=True, null=True)),
                ('unfolded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['match_id', 'number'],
                'indexes': [models.Index(condition=models.Q(('folded_at__isnull', True), ('superseded_at__isnull', True)), fields=['match'], name='settlement_to_fold'), models.Index(condition=models.Q(('folded_at__isnull', False), ('superseded_at__isnull', False), ('unfolded_at__isnull', True)), fields=['match'], name='settlement_to_unfold')],
                'constraints': [models.UniqueConstraint(fields=('match', 'number'), name='settlement_number_once'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('match',), name='settlement_one_current'), models.CheckConstraint(condition=models.Q(models.Q(('quota_away__isnull', True), ('quota_draw__isnull', True), ('quota_home__isnull', True), ('voided', True)), models.Q(('quota_away__range', (2, 6)), ('quota_draw__range', (2, 6)), ('quota_home__range', (2, 6)), ('voided', False)), _connector='OR'), name='settlement_quotas_unless_void'), models.CheckConstraint(condition=models.Q(models.Q(('away_goals__isnull', True), ('home_goals__isnull', True)), models.Q(('away_goals__isnull', False), ('home_goals__isnull', False), ('voided', False)), _connector='OR'), name='settlement_goals_unless_void'), models.CheckConstraint(condition=models.Q(('unfolded_at__isnull', True), models.Q(('folded_at__isnull', False), ('superseded_at__isnull', False)), _connector='OR'), name='settlement_unfolded_after_folded')],
            },
        ),
        migrations.CreateModel(
            name='SettlementScore',
            fields=[
                ('tendency_points', models.PositiveSmallIntegerField(null=True)),
                ('goal_difference_points', models.PositiveSmallIntegerField(null=True)),
                ('exact_points', models.PositiveSmallIntegerField(null=True)),
                ('points', models.PositiveSmallIntegerField(null=True)),
                ('rps', models.FloatField(null=True)),
                ('brier', models.FloatField(null=True)),
                ('log_score', models.FloatField(null=True)),
                ('pk', models.CompositePrimaryKey('settlement_id', 'prediction_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('settlement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scores_given', to='scoring.settlement')),
                ('prediction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores_given', to='matches.prediction')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points', 0), ('points__range', (2, 10)), _connector='OR'), name='settlement_score_points_possible')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('tendency_points', models.PositiveSmallIntegerField(null=True)),
                ('goal_difference_points', models.PositiveSmallIntegerField(null=True)),
                ('exact_points', models.PositiveSmallIntegerField(null=True)),
                ('points', models.PositiveSmallIntegerField(null=True)),
                ('rps', models.FloatField(null=True)),
                ('brier', models.FloatField(null=True)),
                ('log_score', models.FloatField(null=True)),
                ('prediction', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='score', serialize=False, to='matches.prediction')),
                ('settlement', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='scores', to='scoring.settlement')),
            ],
            options={
                'db_table': 'scoring_score',
                'managed': False,
            },
        ),
        RunSQLFile("scoring/sql/score.sql", reverse="DROP VIEW scoring_score CASCADE"),
    ]
