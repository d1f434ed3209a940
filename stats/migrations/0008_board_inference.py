"""Intervals, ranks and tiers of leaderboards, and the sums of squares of tallies that they need.

Sums of squares of matches that were counted before are not in the tallies until `manage.py rebuild_tallies`
has run.
"""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0011_time_zones'),
        ('stats', '0007_calibration_reports'),
    ]

    operations = [
        migrations.CreateModel(
            name='MatchDifficulty',
            fields=[
                ('match', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='difficulty', serialize=False, to='matches.match')),
                ('rps', models.FloatField()),
                ('outcome_probability', models.FloatField(help_text='Mean probability given to the result that came.')),
                ('predictions', models.IntegerField(help_text='Number of predictions with probabilities that count.')),
            ],
            options={
                'verbose_name_plural': 'match difficulties',
            },
        ),
        migrations.AddField(
            model_name='tally',
            name='brier_squares',
            field=models.BigIntegerField(default=0, help_text='Sum of squares, in billionths.'),
        ),
        migrations.AddField(
            model_name='tally',
            name='log_score_squares',
            field=models.BigIntegerField(default=0, help_text='Sum of squares, in billionths.'),
        ),
        migrations.AddField(
            model_name='tally',
            name='points_squares',
            field=models.BigIntegerField(default=0, help_text='Sum of squares.'),
        ),
        migrations.AddField(
            model_name='tally',
            name='rps_squares',
            field=models.BigIntegerField(default=0, help_text='Sum of squares, in billionths.'),
        ),
        migrations.CreateModel(
            name='BoardInference',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'scope_id', 'provenance', 'ordering', 'forecaster_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('overall', 'Overall'), ('competition', 'Competition'), ('season', 'Season'), ('team', 'Team')], max_length=11)),
                ('scope_id', models.BigIntegerField()),
                ('provenance', models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only')], max_length=9)),
                ('ordering', models.CharField(max_length=20)),
                ('low', models.FloatField(help_text='Interval of the score minus that of the leader.', null=True)),
                ('high', models.FloatField(null=True)),
                ('mean_low', models.FloatField(help_text='Interval of the average.', null=True)),
                ('mean_high', models.FloatField(null=True)),
                ('rank_best', models.IntegerField(null=True)),
                ('rank_worst', models.IntegerField(null=True)),
                ('tier', models.IntegerField(null=True)),
                ('matches_needed', models.IntegerField(null=True)),
                ('adjusted', models.FloatField(help_text='Score adjusted for the difficulty of the matches.', null=True)),
                ('common', models.IntegerField(help_text='Number of common matches with the leader.', null=True)),
                ('coverage', models.FloatField(help_text='Matches divided by the most matches of any forecaster.')),
                ('data_version', models.BigIntegerField(help_text='Refresh of the leaderboards with these figures.')),
                ('as_of', models.DateTimeField(help_text='Time of the newest settlement in these figures.', null=True)),
                ('forecaster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.forecaster')),
            ],
        ),
        migrations.CreateModel(
            name='BoardMember',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'scope_id', 'forecaster_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('overall', 'Overall'), ('competition', 'Competition'), ('season', 'Season'), ('team', 'Team')], max_length=11)),
                ('scope_id', models.BigIntegerField()),
                ('number', models.IntegerField(help_text='From 1.')),
                ('forecaster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.forecaster')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'scope_id', 'number'), name='board_member_number_once')],
            },
        ),
        # Each run of the job updates every row of a board: in a half-empty page it changes no index.
        migrations.RunSQL(
            sql="ALTER TABLE stats_boardinference SET (fillfactor = 50)", reverse_sql=migrations.RunSQL.noop
        ),
        RunSQLFile(
            "stats/sql/analysis_version.sql",
            reverse="""
                DROP TRIGGER names_changed ON stats_boardinference;
                DROP TRIGGER names_changed ON stats_matchdifficulty;
                DROP TRIGGER names_changed ON stats_calibrationreport;
            """,
        ),
    ]
