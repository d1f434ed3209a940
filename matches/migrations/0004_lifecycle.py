"""Kickoffs that move, picks that turn out late, teams that are renamed, sources that flip the sides."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.db import sql
from core.db.sql import RunSQLFile

# Live picks received after a kickoff that was moved before this migration: decided by the new trigger.
APPLY_LOCKS = """
UPDATE matches_match SET lock_at = lock_at
WHERE id IN (SELECT p.match_id FROM matches_prediction p JOIN matches_match m ON m.id = p.match_id
             WHERE p.provenance = 'live' AND p.submitted_at >= m.lock_at)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0003_points_adjustments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KickoffMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_kickoff_at', models.DateTimeField()),
                ('new_kickoff_at', models.DateTimeField()),
                ('source', models.CharField(max_length=40)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('moved_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['match_id', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='teamalias',
            name='alias_once_per_source',
        ),
        migrations.AddField(
            model_name='match',
            name='second_leg',
            field=models.BooleanField(default=False, help_text='The aggregate decides: a shootout may follow a score that is not level.'),
        ),
        migrations.AddField(
            model_name='matchsource',
            name='flipped',
            field=models.BooleanField(default=False, help_text='It names the two sides the other way round (a neutral venue).'),
        ),
        migrations.AddField(
            model_name='prediction',
            name='late',
            field=models.BooleanField(db_default=False, default=False, help_text='Received after the kickoff as it is known now: does not count.'),
        ),
        migrations.AddField(
            model_name='teamalias',
            name='used_until',
            field=models.DateField(blank=True, help_text='Of a former name: the first day of the new one.', null=True),
        ),
        migrations.AddConstraint(
            model_name='prediction',
            constraint=models.CheckConstraint(condition=models.Q(('late', False), models.Q(('provenance', 'live'), ('superseded_at__isnull', False)), _connector='OR'), name='prediction_late_does_not_count'),
        ),
        migrations.AddConstraint(
            model_name='teamalias',
            constraint=models.UniqueConstraint(condition=models.Q(('source', 'former'), _negated=True), fields=('source', 'name'), name='alias_once_per_source', violation_error_message='This source calls another team by that name.'),
        ),
        migrations.AlterConstraint(
            model_name='match',
            name='match_two_teams',
            constraint=models.CheckConstraint(condition=models.Q(('home_team', models.F('away_team')), _negated=True), name='match_two_teams', violation_error_message='A match needs two different teams.'),
        ),
        migrations.AlterConstraint(
            model_name='match',
            name='match_once_per_round',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['abandoned', 'cancelled']), _negated=True), fields=('season', 'round_label', 'home_team', 'away_team'), name='match_once_per_round', violation_error_message='These teams meet in this round already; edit that match instead.'),
        ),
        migrations.AlterConstraint(
            model_name='season',
            name='season_ends_after_start',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='season_ends_after_start', violation_error_message='A season cannot end before it starts.'),
        ),
        migrations.AddField(
            model_name='kickoffmove',
            name='match',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kickoff_moves', to='matches.match'),
        ),
        migrations.AddField(
            model_name='kickoffmove',
            name='moved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='kickoffmove',
            constraint=models.CheckConstraint(condition=models.Q(('old_kickoff_at', models.F('new_kickoff_at')), _negated=True), name='kickoff_move_moves_something'),
        ),
        migrations.RunSQL(
            sql="DROP FUNCTION matches_guard_prediction() CASCADE",
            reverse_sql=sql.read("matches/sql/prediction_lock_v1.sql"),
        ),
        RunSQLFile(
            "matches/sql/prediction_lock_v2.sql",
            reverse="DROP FUNCTION matches_guard_prediction() CASCADE;"
            " DROP FUNCTION matches_apply_lock() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/kickoff_move_append_only_v1.sql",
            reverse="DROP FUNCTION matches_guard_kickoff_move() CASCADE",
        ),
        migrations.RunSQL(sql=APPLY_LOCKS, reverse_sql=migrations.RunSQL.noop),
    ]
