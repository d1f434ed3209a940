"""Tallies, and the views of leaderboards and league tables."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile

# By name alone: each is defined once.
DROP_FORM = """
DROP FUNCTION stats_period;
DROP FUNCTION stats_boards;
DROP FUNCTION stats_streak;
DROP FUNCTION stats_best;
DROP FUNCTION stats_longest;
DROP FUNCTION stats_letter;
DROP FUNCTION stats_follows;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('matches', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LeaderboardRow',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'scope_id', 'forecaster_id', 'provenance', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('overall', 'Overall'), ('competition', 'Competition'), ('season', 'Season'), ('team', 'Team')], max_length=11)),
                ('scope_id', models.BigIntegerField()),
                ('provenance', models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only')], max_length=9)),
                ('made_of', models.CharField(max_length=9)),
                ('matches', models.IntegerField()),
                ('score_matches', models.IntegerField()),
                ('probability_matches', models.IntegerField()),
                ('points', models.BigIntegerField()),
                ('tendency_hits', models.BigIntegerField()),
                ('goal_difference_hits', models.BigIntegerField()),
                ('exact_hits', models.BigIntegerField()),
                ('average_points', models.FloatField(null=True)),
                ('tendency_accuracy', models.FloatField(null=True)),
                ('exact_accuracy', models.FloatField(null=True)),
                ('rps', models.FloatField(null=True)),
                ('brier', models.FloatField(null=True)),
                ('log_score', models.FloatField(null=True)),
                ('current_streak', models.IntegerField(help_text='Correct results in a row, up to now.')),
                ('best_streak', models.IntegerField()),
                ('form', models.CharField(help_text='Last five letters, newest last.', max_length=5)),
                ('average_place', models.IntegerField(null=True)),
                ('average_rank', models.IntegerField(null=True)),
                ('average_ties', models.IntegerField(null=True)),
                ('average_field', models.IntegerField(null=True)),
                ('board_live', models.BigIntegerField(help_text='Number of live predictions on the whole board.')),
                ('board_archive', models.BigIntegerField()),
                ('provisional_below', models.IntegerField(help_text='Threshold of the whole board, in matches.')),
                ('is_provisional', models.BooleanField()),
            ],
            options={
                'db_table': 'stats_leaderboard',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='NamesVersion',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='names_version_one_row')],
            },
        ),
        migrations.CreateModel(
            name='FormPeriod',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'scope_id', 'forecaster_id', 'provenance', 'period_on', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('overall', 'Overall'), ('competition', 'Competition'), ('season', 'Season'), ('team', 'Team')], max_length=11)),
                ('scope_id', models.BigIntegerField()),
                ('provenance', models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only')], max_length=9)),
                ('period_on', models.DateField()),
                ('letters', models.TextField(blank=True)),
                ('forecaster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.forecaster')),
            ],
        ),
        migrations.CreateModel(
            name='ViewRefresh',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('view', models.CharField(max_length=40)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField()),
                ('concurrently', models.BooleanField()),
                ('through_settlement', models.BigIntegerField(help_text='Newest settlement in the tallies.', null=True)),
                ('after', models.BigIntegerField(help_text='Team view: the refresh of other boards it includes.', null=True)),
                ('kept', models.BooleanField(default=False, help_text='The first refresh after a settlement was counted; never deleted.')),
            ],
            options={
                'verbose_name_plural': 'view refreshes',
                'indexes': [models.Index(fields=['view', '-id'], name='viewrefresh_newest'), models.Index(fields=['view', 'started_at'], name='viewrefresh_by_time')],
            },
        ),
        migrations.CreateModel(
            name='PastChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(help_text='Texts on matches with a kickoff from then on change.')),
                ('description', models.CharField(help_text='Description of the change, for readers.', max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(blank=True, help_text='Start of the first refresh that includes it.', null=True)),
                ('move', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.kickoffmove')),
                ('season', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.season')),
            ],
            options={
                'verbose_name': 'table change',
                'indexes': [models.Index(fields=['season', 'recorded_at'], name='past_change_of_season'), models.Index(condition=models.Q(('shown_at__isnull', True)), fields=['recorded_at'], name='past_change_to_show')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('overall', 'Overall'), ('competition', 'Competition'), ('season', 'Season'), ('team', 'Team')], max_length=11)),
                ('scope_id', models.BigIntegerField(default=0)),
                ('provenance', models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only')], max_length=9)),
                ('matches', models.IntegerField(default=0)),
                ('score_matches', models.IntegerField(default=0, help_text='Matches with a predicted score.')),
                ('probability_matches', models.IntegerField(default=0, help_text='Matches with probabilities.')),
                ('points', models.BigIntegerField(default=0)),
                ('tendency_hits', models.IntegerField(default=0)),
                ('goal_difference_hits', models.IntegerField(default=0)),
                ('exact_hits', models.IntegerField(default=0)),
                ('rps_sum', models.BigIntegerField(default=0, help_text='In billionths.')),
                ('brier_sum', models.BigIntegerField(default=0, help_text='In billionths.')),
                ('log_score_sum', models.BigIntegerField(default=0, help_text='In billionths.')),
                ('current_streak', models.IntegerField(default=0, help_text='Correct results in a row, up to now.')),
                ('best_streak', models.IntegerField(default=0)),
                ('form', models.CharField(blank=True, help_text='Last five letters, newest last.', max_length=5)),
                ('period_on', models.DateField(help_text='First day of the month (team: year) of `letters`.', null=True)),
                ('letters', models.TextField(blank=True, help_text='One letter per match of this period, oldest first.')),
                ('first_place', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), help_text='Kickoff and first settlement of the first letter.', null=True, size=None)),
                ('last_place', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), help_text='Kickoff and first settlement of the last letter.', null=True, size=None)),
                ('streak_before', models.IntegerField(default=0, help_text='Streak before this period.')),
                ('best_before', models.IntegerField(default=0)),
                ('form_before', models.CharField(blank=True, max_length=5)),
                ('disturbed', models.BooleanField(default=False, help_text='The letters must be rebuilt before the commit.')),
                ('forecaster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='matches.forecaster')),
            ],
            options={
                'verbose_name': 'total',
                'constraints': [models.UniqueConstraint(fields=('scope', 'scope_id', 'forecaster', 'provenance'), name='tally_once_per_board'), models.CheckConstraint(condition=models.Q(('matches__gte', 0), ('probability_matches__gte', 0), ('score_matches__gte', 0)), name='tally_counts_not_negative')],
            },
        ),
        # Half of each page of tallies is left free, so that counting a match changes no index; see docs/performance.md.
        migrations.RunSQL(
            sql="ALTER TABLE stats_tally SET (fillfactor = 50)",
            reverse_sql="ALTER TABLE stats_tally RESET (fillfactor)",
        ),
        RunSQLFile("stats/sql/names_version.sql", reverse="DROP FUNCTION stats_names_changed() CASCADE"),
        RunSQLFile("stats/sql/form_functions.sql", reverse=DROP_FORM),
        RunSQLFile("stats/sql/provisional.sql", reverse="DROP FUNCTION stats_provisional_below(integer)"),
    ]
