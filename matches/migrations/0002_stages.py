"""Stages of seasons, lots, and awarded matches. Migration 0003 assigns the existing matches to stages."""

import django.contrib.postgres.fields
import django.db.models.deletion
import matches.tables.rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DrawnLot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='1 for the team that is ranked first.')),
                ('source', models.CharField(help_text="A link, or the organiser's statement.", max_length=200)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['stage_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('league', 'league: one table'), ('groups', 'groups: a table each'), ('knockout', 'knockout: no table'), ('friendly', 'friendlies: no table'), ('unknown', 'not decided yet: no table')], default='unknown', max_length=8)),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='Order within the season, lowest first.')),
                ('points_win', models.PositiveSmallIntegerField(default=3)),
                ('points_draw', models.PositiveSmallIntegerField(default=1)),
                ('points_loss', models.PositiveSmallIntegerField(default=0)),
                ('points_shootout_win', models.PositiveSmallIntegerField(blank=True, help_text='For a draw and a shootout won; empty if draws stay draws.', null=True)),
                ('points_shootout_loss', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('tie_breakers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('goal_difference', 'goal difference'), ('goals', 'goals scored'), ('wins', 'matches won'), ('away_goals', 'away goals scored'), ('away_wins', 'away matches won'), ('head_to_head_points', 'points in the matches between the level teams'), ('head_to_head_goal_difference', 'goal difference in the matches between the level teams'), ('head_to_head_goals', 'goals scored in the matches between the level teams'), ('head_to_head_away_goals', 'away goals scored in the matches between the level teams'), ('opponents_points', 'points of all opponents'), ('opponents_goal_difference', 'goal difference of all opponents'), ('opponents_goals', 'goals scored by all opponents')], max_length=30), blank=True, default=matches.tables.rules.default_tie_breakers, help_text='What orders teams with equal points, the first rule first.', size=None)),
                ('head_to_head_when_complete', models.BooleanField(default=False, help_text='Matches between level teams count for their order only once all of them are played.')),
                ('away_goals', models.BooleanField(default=False, help_text='Away goals decide two-legged ties with a level aggregate.')),
                ('carries', models.CharField(choices=[('nothing', 'nothing'), ('full', 'all points'), ('half_up', 'half of the points, rounded up'), ('half_down', 'half of the points, rounded down')], default='nothing', max_length=9)),
                ('carries_record', models.BooleanField(default=False, help_text='The teams also take along their matches and goals.')),
                ('ranked_groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Groups that rank below one another, the best first, e.g. of a season that splits.', size=None)),
                ('compared_place', models.PositiveSmallIntegerField(blank=True, help_text='The place whose teams are ranked across the groups, e.g. 3.', null=True)),
                ('compared_through', models.PositiveSmallIntegerField(blank=True, help_text='How many of these teams go through.', null=True)),
            ],
            options={
                'ordering': ['season_id', 'order', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='match',
            name='match_goals_in_range',
        ),
        migrations.RemoveConstraint(
            model_name='resultrevision',
            name='revision_goals_in_range',
        ),
        migrations.AddField(
            model_name='feedsnapshot',
            name='award',
            field=models.CharField(blank=True, choices=[('', 'by the score'), ('home', 'home team'), ('away', 'away team'), ('both', 'both teams lose')], db_default='', default='', help_text='Which side an awarded match goes to. Without a score, the table counts 3-0; 0-3 for both sides if both lose.', max_length=4),
        ),
        migrations.AddField(
            model_name='match',
            name='award',
            field=models.CharField(blank=True, choices=[('', 'by the score'), ('home', 'home team'), ('away', 'away team'), ('both', 'both teams lose')], db_default='', default='', help_text='Which side an awarded match goes to. Without a score, the table counts 3-0; 0-3 for both sides if both lose.', max_length=4),
        ),
        migrations.AddField(
            model_name='match',
            name='game',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text='Counts the meetings of these two teams in this round.'),
        ),
        migrations.AddField(
            model_name='match',
            name='group',
            field=models.CharField(blank=True, db_default='', default='', help_text='Group of the stage, e.g. A.', max_length=40),
        ),
        migrations.AddField(
            model_name='match',
            name='leg',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Of a tie of several matches. In the last one the aggregate decides, so a shootout may follow a score that is not level.', null=True),
        ),
        migrations.AddField(
            model_name='resultrevision',
            name='award',
            field=models.CharField(blank=True, choices=[('', 'by the score'), ('home', 'home team'), ('away', 'away team'), ('both', 'both teams lose')], db_default='', default='', help_text='Which side an awarded match goes to. Without a score, the table counts 3-0; 0-3 for both sides if both lose.', max_length=4),
        ),
        migrations.AlterField(
            model_name='feedsnapshot',
            name='round_label',
            field=models.CharField(max_length=100),
        ),
        migrations.AlterField(
            model_name='match',
            name='round_label',
            field=models.CharField(help_text='E.g. Matchday 7 or Final.', max_length=100),
        ),
        migrations.AddConstraint(
            model_name='resultrevision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('home_score__isnull', True), models.Q(('home_score__gte', 0), ('home_score__lte', 99)), _connector='OR'), models.Q(('away_score__isnull', True), models.Q(('away_score__gte', 0), ('away_score__lte', 99)), _connector='OR'), models.Q(('home_score_aet__isnull', True), models.Q(('home_score_aet__gte', 0), ('home_score_aet__lte', 99)), _connector='OR'), models.Q(('away_score_aet__isnull', True), models.Q(('away_score_aet__gte', 0), ('away_score_aet__lte', 99)), _connector='OR')), name='revision_goals_in_range'),
        ),
        migrations.AddConstraint(
            model_name='resultrevision',
            constraint=models.CheckConstraint(condition=models.Q(('award', ''), models.Q(('award__in', ['', 'home', 'away', 'both']), ('status', 'awarded')), _connector='OR'), name='revision_award_of_awarded'),
        ),
        migrations.AddField(
            model_name='drawnlot',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='drawnlot',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.team'),
        ),
        migrations.AddField(
            model_name='stage',
            name='carries_from',
            field=models.ForeignKey(blank=True, help_text='The stage whose points the teams take along.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried_by', to='matches.stage'),
        ),
        migrations.AddField(
            model_name='stage',
            name='season',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stages', to='matches.season'),
        ),
        migrations.AddField(
            model_name='drawnlot',
            name='stage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lots', to='matches.stage'),
        ),
        migrations.AddField(
            model_name='match',
            name='stage',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='matches.stage'),
        ),
        migrations.AddField(
            model_name='pointsadjustment',
            name='stage',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='matches.stage'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('home_score__isnull', True), models.Q(('home_score__gte', 0), ('home_score__lte', 99)), _connector='OR'), models.Q(('away_score__isnull', True), models.Q(('away_score__gte', 0), ('away_score__lte', 99)), _connector='OR'), models.Q(('home_score_aet__isnull', True), models.Q(('home_score_aet__gte', 0), ('home_score_aet__lte', 99)), _connector='OR'), models.Q(('away_score_aet__isnull', True), models.Q(('away_score_aet__gte', 0), ('away_score_aet__lte', 99)), _connector='OR')), name='match_goals_in_range'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(('award', ''), models.Q(('award__in', ['', 'home', 'away', 'both']), ('status', 'awarded')), _connector='OR'), name='match_award_of_awarded'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('season', 'name'), name='stage_once_per_season', violation_error_message='This season has a stage with this name.'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('id', 'season'), name='stage_of_season'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('carries', 'nothing'), ('carries_record', False)), ('carries_from__isnull', False), _connector='OR'), name='stage_carries_from_a_stage', violation_error_message='Choose the stage that the points come from.'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(('carries_from', models.F('id')), _negated=True), name='stage_carries_from_another_stage'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('points_shootout_loss__isnull', True), ('points_shootout_win__isnull', True)), models.Q(('points_shootout_loss__isnull', False), ('points_shootout_win__isnull', False)), _connector='OR'), name='stage_shootout_points_paired', violation_error_message='Enter the points of both sides of a shootout, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('compared_place__isnull', True), ('compared_through__isnull', True)), models.Q(('compared_place__isnull', False), ('compared_through__isnull', False)), _connector='OR'), name='stage_compared_paired', violation_error_message='Enter the place and how many of its teams go through, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('points_win__isnull', True), models.Q(('points_win__gte', 0), ('points_win__lte', 10)), _connector='OR'), models.Q(('points_draw__isnull', True), models.Q(('points_draw__gte', 0), ('points_draw__lte', 10)), _connector='OR'), models.Q(('points_loss__isnull', True), models.Q(('points_loss__gte', 0), ('points_loss__lte', 10)), _connector='OR'), models.Q(('points_shootout_win__isnull', True), models.Q(('points_shootout_win__gte', 0), ('points_shootout_win__lte', 10)), _connector='OR'), models.Q(('points_shootout_loss__isnull', True), models.Q(('points_shootout_loss__gte', 0), ('points_shootout_loss__lte', 10)), _connector='OR')), name='stage_points_in_range'),
        ),
        migrations.AddConstraint(
            model_name='drawnlot',
            constraint=models.UniqueConstraint(fields=('stage', 'team'), name='lot_once_per_team', violation_error_message='This team has a lot in this stage.'),
        ),
    ]
