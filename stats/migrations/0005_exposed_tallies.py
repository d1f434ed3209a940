"""Tallies of predictions that were received after others had been public, and the leaderboard views with them."""

from django.db import migrations, models

from core.db.sql import RunSQLFile
from stats.view_definitions import LeaderboardViews


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0004_stage_names_version'),
    ]

    operations = [
        RunSQLFile("stats/sql/tally_provenance.sql", reverse="DROP FUNCTION stats_provenance"),
        migrations.AddField(
            model_name='tally',
            name='after_exposure',
            field=models.IntegerField(default=0, help_text='Live predictions received after exposure.'),
        ),
        migrations.AlterField(
            model_name='formperiod',
            name='provenance',
            field=models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only'), ('exposed', 'Live, after exposure')], max_length=9),
        ),
        migrations.AlterField(
            model_name='tally',
            name='provenance',
            field=models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only'), ('exposed', 'Live, after exposure')], max_length=9),
        ),
        LeaderboardViews(
            [
                *("points", "tendency_hits", "goal_difference_hits", "exact_hits", "average_points"),
                *("tendency_accuracy", "exact_accuracy", "rps", "brier", "log_score"),
            ]
        ),
    ]
