"""Form and streaks are kept in the tallies; boards and tables are refreshed by parts. Nothing grows with history.

Form is read from the scores once, and every view is filled as it is created.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile, read

DROP_OLD = """
DROP VIEW IF EXISTS stats_leaderboard;
DROP MATERIALIZED VIEW IF EXISTS stats_form;
DROP MATERIALIZED VIEW IF EXISTS stats_leaderboard_live;
DROP MATERIALIZED VIEW IF EXISTS stats_leaderboard_closed;
DROP MATERIALIZED VIEW IF EXISTS stats_standings;
"""
CREATE_OLD = [
    read(f"stats/sql/{name}.sql")
    for name in ("leaderboard_live_v1", "leaderboard_closed_v1", "form_v2", "leaderboard_v1", "standings_v2")
]
DROP_FUNCTIONS = """
DROP FUNCTION stats_period(text, timestamptz);
DROP FUNCTION stats_boards(bigint, bigint, bigint, bigint);
DROP FUNCTION stats_streak(integer, text);
DROP FUNCTION stats_best(integer, integer, text);
DROP FUNCTION stats_longest(text);
DROP FUNCTION stats_letter(smallint, smallint, smallint);
DROP FUNCTION stats_follows(integer, boolean, date, timestamptz[], boolean, date, timestamptz[]);
"""
SCOPES = [('overall', 'Overall'), ('competition', 'Competition'), ('season', 'Season'), ('team', 'Team')]
PROVENANCES = [('all', 'All'), ('live', 'Live'), ('archive', 'Archive')]


# Who has live and archive predictions gets a third tally, of all of them.
ALL_OF_BOTH = """
INSERT INTO stats_tally (scope, scope_id, forecaster_id, provenance, matches, score_matches, probability_matches, points,
                         tendency_hits, goal_difference_hits, exact_hits, rps_sum, brier_sum, log_score_sum,
                         current_streak, best_streak, form, letters, streak_before, best_before, form_before, disturbed)
SELECT scope, scope_id, forecaster_id, 'all', sum(matches), sum(score_matches), sum(probability_matches), sum(points),
       sum(tendency_hits), sum(goal_difference_hits), sum(exact_hits), sum(rps_sum), sum(brier_sum), sum(log_score_sum),
       0, 0, '', '', 0, 0, '', false
FROM stats_tally
WHERE forecaster_id IN (SELECT forecaster_id FROM stats_tally WHERE scope = 'overall'
                        GROUP BY forecaster_id HAVING count(*) > 1)
GROUP BY scope, scope_id, forecaster_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0003_adjusted_standings_and_form_order'),
        ('scoring', '0003_verdicts'),
        ('matches', '0005_names_have_letters'),
    ]

    operations = [
        migrations.RunSQL(sql=DROP_OLD, reverse_sql=CREATE_OLD),
        migrations.AlterField(
            model_name='tally',
            name='provenance',
            field=models.CharField(choices=PROVENANCES, max_length=8),
        ),
        migrations.AddField('tally', 'current_streak', models.IntegerField(default=0, help_text='Right tendencies in a row, up to now.')),
        migrations.AddField('tally', 'best_streak', models.IntegerField(default=0)),
        migrations.AddField('tally', 'form', models.CharField(blank=True, default='', help_text='The last five letters, newest last.', max_length=5), preserve_default=False),
        migrations.AddField('tally', 'period_on', models.DateField(help_text='First day of the month (team: year) of `letters`.', null=True)),
        migrations.AddField('tally', 'letters', models.TextField(blank=True, default='', help_text='One a match of this period, oldest first.'), preserve_default=False),
        migrations.AddField('tally', 'first_place', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), help_text='Kickoff and first settlement of the first letter.', null=True, size=None)),
        migrations.AddField('tally', 'last_place', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), help_text='The same of the last one.', null=True, size=None)),
        migrations.AddField('tally', 'streak_before', models.IntegerField(default=0, help_text='Before this period.')),
        migrations.AddField('tally', 'best_before', models.IntegerField(default=0)),
        migrations.AddField('tally', 'form_before', models.CharField(blank=True, default='', max_length=5), preserve_default=False),
        migrations.AddField('tally', 'disturbed', models.BooleanField(default=False, help_text='Its letters are read anew before the commit.')),
        migrations.CreateModel(
            name='Stretch',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'scope_id', 'forecaster_id', 'provenance', 'period_on', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=SCOPES, max_length=11)),
                ('scope_id', models.BigIntegerField()),
                ('forecaster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.forecaster')),
                ('provenance', models.CharField(choices=PROVENANCES, max_length=8)),
                ('period_on', models.DateField()),
                ('letters', models.TextField(blank=True)),
            ],
            options={'verbose_name_plural': 'stretches'},
        ),
        migrations.AddField(
            model_name='amendment',
            name='move',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.kickoffmove'),
        ),
        RunSQLFile("stats/sql/form_functions_v1.sql", reverse=DROP_FUNCTIONS),
        migrations.RunSQL(sql=ALL_OF_BOTH, reverse_sql="DELETE FROM stats_tally WHERE provenance = 'all'"),
        RunSQLFile("stats/sql/form_from_scratch_v1.sql", reverse=migrations.RunSQL.noop),
        RunSQLFile("stats/sql/board_v1.sql", reverse="DROP VIEW stats_board"),
        RunSQLFile("stats/sql/leaderboard_live_v2.sql", reverse="DROP MATERIALIZED VIEW stats_leaderboard_live"),
        RunSQLFile("stats/sql/leaderboard_team_v1.sql", reverse="DROP MATERIALIZED VIEW stats_leaderboard_team"),
        RunSQLFile("stats/sql/leaderboard_closed_v2.sql", reverse="DROP MATERIALIZED VIEW stats_leaderboard_closed"),
        RunSQLFile("stats/sql/leaderboard_v2.sql", reverse="DROP VIEW stats_leaderboard"),
        RunSQLFile("stats/sql/table_v1.sql", reverse="DROP VIEW stats_table"),
        RunSQLFile("stats/sql/standings_live_v1.sql", reverse="DROP MATERIALIZED VIEW stats_standings_live"),
        RunSQLFile("stats/sql/standings_closed_v1.sql", reverse="DROP MATERIALIZED VIEW stats_standings_closed"),
        RunSQLFile("stats/sql/standings_v3.sql", reverse="DROP VIEW stats_standings"),
    ]
