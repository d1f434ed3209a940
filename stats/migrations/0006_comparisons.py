"""Sums that compare the forecasters of a season, and the columns of tallies for adjusted scores.

Sums of matches that were counted before are not in them until `manage.py rebuild_tallies` has run.
"""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0010_doubts_and_exposure'),
        ('scoring', '0001_initial'),
        ('stats', '0005_exposed_tallies'),
    ]

    operations = [
        RunSQLFile("stats/sql/exact_sums.sql", reverse="DROP FUNCTION stats_mean; DROP AGGREGATE stats_sum(bigint)"),
        migrations.AddField(
            model_name='tally',
            name='brier_excess',
            field=models.BigIntegerField(default=0, help_text='In units of 1e-12.'),
        ),
        migrations.AddField(
            model_name='tally',
            name='brier_excess_all',
            field=models.BigIntegerField(default=0, help_text='In units of 1e-12.'),
        ),
        migrations.AddField(
            model_name='tally',
            name='rps_excess',
            field=models.BigIntegerField(default=0, help_text='In units of 1e-12.'),
        ),
        migrations.AddField(
            model_name='tally',
            name='rps_excess_all',
            field=models.BigIntegerField(default=0, help_text='In units of 1e-12.'),
        ),
        migrations.CreateModel(
            name='CalibrationCell',
            fields=[
                ('pk', models.CompositePrimaryKey('season_id', 'forecaster_id', 'provenance', 'outcome', 'thousandths', blank=True, editable=False, primary_key=True, serialize=False)),
                ('provenance', models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only'), ('exposed', 'Live, after exposure')], max_length=9)),
                ('outcome', models.CharField(choices=[('home', 'Home'), ('draw', 'Draw'), ('away', 'Away')], max_length=4)),
                ('thousandths', models.SmallIntegerField()),
                ('predictions', models.IntegerField()),
                ('hits', models.IntegerField()),
                ('forecaster', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.forecaster')),
                ('season', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.season')),
            ],
        ),
        migrations.CreateModel(
            name='FieldSum',
            fields=[
                ('pk', models.CompositePrimaryKey('settlement_id', 'provenance', blank=True, editable=False, primary_key=True, serialize=False)),
                ('provenance', models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only'), ('exposed', 'Live, after exposure')], max_length=9)),
                ('predictions', models.IntegerField()),
                ('rps_sum', models.BigIntegerField(help_text='In billionths.')),
                ('brier_sum', models.BigIntegerField(help_text='In billionths.')),
                ('settlement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoring.settlement')),
            ],
        ),
        migrations.CreateModel(
            name='PairSum',
            fields=[
                ('pk', models.CompositePrimaryKey('season_id', 'a_id', 'b_id', 'provenance', blank=True, editable=False, primary_key=True, serialize=False)),
                ('provenance', models.CharField(db_collation='C', choices=[('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only'), ('mixed', 'Live and back-tests, or after exposure')], max_length=9)),
                ('score_matches', models.IntegerField(help_text='Matches for which both predicted a score.')),
                ('probability_matches', models.IntegerField(help_text='Matches for which both gave probabilities.')),
                ('points', models.IntegerField(help_text='Sum of differences.')),
                ('points_squares', models.IntegerField(help_text='Sum of squared differences.')),
                ('rps', models.BigIntegerField(help_text='Sum of differences, in billionths.')),
                ('rps_squares', models.BigIntegerField(help_text='Sum of squared differences, in billionths.')),
                ('brier', models.BigIntegerField(help_text='In billionths.')),
                ('brier_squares', models.BigIntegerField(help_text='In billionths.')),
                ('log_score', models.BigIntegerField(help_text='In billionths.')),
                ('log_score_squares', models.BigIntegerField(help_text='In billionths.')),
                ('weight', models.BigIntegerField(help_text='In units of 1e-12.')),
                ('weight_all', models.BigIntegerField(help_text='In units of 1e-12.')),
                ('a', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.forecaster')),
                ('b', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.forecaster')),
                ('season', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.season')),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('pk', models.CompositePrimaryKey('season_id', 'forecaster_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('reference', 'Reference'), ('panel', 'Panel'), ('outside', 'Outside')], max_length=9)),
                ('joined_at', models.DateTimeField(help_text='Time at which it joined the panel last.', null=True)),
                ('left_at', models.DateTimeField(help_text='Time at which it left the panel last.', null=True)),
                ('forecaster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='matches.forecaster')),
                ('season', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='matches.season')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('role', 'outside')), fields=['season'], name='participant_outside')],
            },
        ),
        # Half of each page is left free, so that counting a match changes no index, as for tallies.
        migrations.RunSQL(
            sql="ALTER TABLE stats_pairsum SET (fillfactor = 50); ALTER TABLE stats_calibrationcell SET (fillfactor = 50)",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
