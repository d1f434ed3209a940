"""Every match and points adjustment belongs to a stage, of the same season as the match."""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile

STAGE_OF_SEASON = """
ALTER TABLE matches_match ADD CONSTRAINT match_stage_of_season FOREIGN KEY (stage_id, season_id)
    REFERENCES matches_stage (id, season_id) DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0003_fill_stages'),
        ('stats', '0002_drop_standings_views'),  # these views read a column that is removed here
    ]

    operations = [
        migrations.AlterField(
            model_name='match',
            name='stage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='matches.stage'),
        ),
        migrations.AlterField(
            model_name='pointsadjustment',
            name='stage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='matches.stage'),
        ),
        migrations.AlterModelOptions(
            name='pointsadjustment',
            options={'ordering': ['stage_id', 'decided_on', 'id']},
        ),
        migrations.RemoveConstraint(
            model_name='match',
            name='match_once_per_round',
        ),
        migrations.RemoveConstraint(
            model_name='pointsadjustment',
            name='adjustment_entered_once',
        ),
        migrations.RemoveField(
            model_name='match',
            name='second_leg',
        ),
        migrations.RemoveField(
            model_name='pointsadjustment',
            name='season',
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['abandoned', 'cancelled']), _negated=True), fields=('stage', 'group', 'round_label', 'home_team', 'away_team', 'game'), name='match_once_per_round', violation_error_message='These teams meet in this round already. If this is another match, give it the next number under Game; else edit that match instead.'),
        ),
        migrations.AddConstraint(
            model_name='pointsadjustment',
            constraint=models.UniqueConstraint(fields=('stage', 'team', 'decided_on', 'points', 'reason'), name='adjustment_entered_once'),
        ),
        migrations.RunSQL(
            sql=STAGE_OF_SEASON,
            reverse_sql="ALTER TABLE matches_match DROP CONSTRAINT match_stage_of_season",
        ),
        RunSQLFile("matches/sql/table_side.sql", reverse="DROP VIEW matches_tableside"),
        RunSQLFile(
            "matches/sql/adjustment_append_only.sql", reverse="DROP FUNCTION matches_guard_adjustment() CASCADE"
        ),
    ]
