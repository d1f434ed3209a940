"""More tie-breakers, and where the matches of a stage were moved to."""

import django.contrib.postgres.fields
import django.db.models.deletion
import matches.tables.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0004_stage_required'),
    ]

    operations = [
        migrations.AddField(
            model_name='stage',
            name='moved_to',
            field=models.ForeignKey(blank=True, editable=False, help_text='The stage that all matches of this one were moved to. New fixtures follow them.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_here', to='matches.stage'),
        ),
        migrations.AddField(
            model_name='stage',
            name='moved_to_group',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name='stage',
            name='tie_breakers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('goal_difference', 'goal difference'), ('goals', 'goals scored'), ('wins', 'matches won'), ('away_goals', 'away goals scored'), ('away_wins', 'away matches won'), ('head_to_head_points', 'points in the matches between the level teams'), ('head_to_head_goal_difference', 'goal difference in the matches between the level teams'), ('head_to_head_goals', 'goals scored in the matches between the level teams'), ('head_to_head_away_goals', 'away goals scored in the matches between the level teams'), ('opponents_points', 'points of all opponents'), ('opponents_goal_difference', 'goal difference of all opponents'), ('opponents_goals', 'goals scored by all opponents'), ('unrounded_points', 'points before halved points were rounded'), ('earlier_position', 'position in the stage that the points come from')], max_length=30), blank=True, default=matches.tables.rules.default_tie_breakers, help_text='What orders teams with equal points, the first rule first.', size=None),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('moved_to', models.F('id')), _negated=True), models.Q(('moved_to_group', ''), ('moved_to__isnull', False), _connector='OR')), name='stage_moved_to_another_stage'),
        ),
        migrations.AlterConstraint(
            model_name='stage',
            name='stage_points_in_range',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('points_win__isnull', True), models.Q(('points_win__gte', 0), ('points_win__lte', 10)), _connector='OR'), models.Q(('points_draw__isnull', True), models.Q(('points_draw__gte', 0), ('points_draw__lte', 10)), _connector='OR'), models.Q(('points_loss__isnull', True), models.Q(('points_loss__gte', 0), ('points_loss__lte', 10)), _connector='OR'), models.Q(('points_shootout_win__isnull', True), models.Q(('points_shootout_win__gte', 0), ('points_shootout_win__lte', 10)), _connector='OR'), models.Q(('points_shootout_loss__isnull', True), models.Q(('points_shootout_loss__gte', 0), ('points_shootout_loss__lte', 10)), _connector='OR')), name='stage_points_in_range', violation_error_message='Points for one match are 0 to 10.'),
        ),
    ]
