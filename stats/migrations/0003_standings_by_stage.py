"""Tables per stage and group, computed by stats/refresh/league_tables.py."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.db.sql import RunSQLFile

DROP_TRIGGERS = """
DROP FUNCTION stats_match_changes_table() CASCADE;
DROP FUNCTION stats_stage_changes_tables() CASCADE;
DROP FUNCTION stats_decision_changes_table() CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0004_stage_required'),
        ('stats', '0002_drop_standings_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingsChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage_id', models.BigIntegerField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'table to compute',
            },
        ),
        migrations.CreateModel(
            name='StandingsRow',
            fields=[
                ('pk', models.CompositePrimaryKey('stage_id', 'group', 'team_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('group', models.CharField(blank=True, max_length=40)),
                ('position', models.IntegerField()),
                ('played', models.IntegerField()),
                ('won', models.IntegerField()),
                ('drawn', models.IntegerField()),
                ('lost', models.IntegerField()),
                ('shootouts_won', models.IntegerField()),
                ('shootouts_lost', models.IntegerField()),
                ('goals_for', models.IntegerField()),
                ('goals_against', models.IntegerField()),
                ('goal_difference', models.IntegerField()),
                ('away_goals', models.IntegerField()),
                ('away_wins', models.IntegerField()),
                ('carried', models.IntegerField(help_text='Taken along from another stage; included in `points`.')),
                ('adjustment', models.IntegerField(help_text='Deducted (negative) or awarded; included in `points`.')),
                ('points', models.IntegerField()),
                ('season', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.season')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.stage')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.team')),
            ],
            options={
                'verbose_name': 'table row',
            },
        ),
        RunSQLFile("stats/sql/standings_changes.sql", reverse=DROP_TRIGGERS),
    ]
