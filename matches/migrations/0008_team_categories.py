"""Categories and countries of teams, and names that belong to a competition of a source.

An existing team gets the category and country of its competitions, if these agree.
"""

import django.db.models.deletion
import matches.models.competitions
from django.db import migrations, models

from core.db.sql import RunSQLFile, read
from matches.categories import category_of_competition, category_of_team, combined, home_country

DROP_GUARD = "DROP FUNCTION matches_guard_adjustment() CASCADE"


def fill(apps, schema_editor):
    Competition, Match, Team = (apps.get_model("matches", name) for name in ("Competition", "Match", "Team"))
    for competition in Competition.objects.all():
        competition.category = category_of_competition(competition.name)
        competition.save(update_fields=["category"])
    played = {}  # team -> its competitions
    for side in ("home_team", "away_team"):
        for team, competition in Match.objects.values_list(side, "season__competition").distinct().order_by():
            played.setdefault(team, set()).add(competition)
    competitions = Competition.objects.in_bulk()
    for team in Team.objects.filter(pk__in=played):
        categories = {competitions[pk].category for pk in played[team.pk]}
        countries = {home_country(competitions[pk].country) for pk in played[team.pk]} - {""}
        team.category = combined(category_of_team(team.name), categories.pop() if len(categories) == 1 else "")
        team.country = countries.pop() if len(countries) == 1 else ""
        team.save(update_fields=["category", "country"])


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0007_ground_moves'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='teamalias',
            name='alias_once_per_source',
        ),
        migrations.RemoveConstraint(
            model_name='unknownteam',
            name='unknown_team_once_per_source',
        ),
        migrations.AddField(
            model_name='competition',
            name='category',
            field=models.CharField(blank=True, choices=matches.models.competitions.category_choices, db_default='men', default='', help_text='Category of its teams. Empty: as its name shows, else men.', max_length=15),
        ),
        migrations.AddField(
            model_name='team',
            name='category',
            field=models.CharField(blank=True, choices=matches.models.competitions.category_choices, db_default='men', default='men', help_text='Empty if unknown, e.g. for a team that must be split.', max_length=15),
        ),
        migrations.AddField(
            model_name='team',
            name='country',
            field=models.CharField(blank=True, db_default='', default='', help_text='Empty if unknown. An import enters the country of the competition.', max_length=60),
        ),
        migrations.AddField(
            model_name='teamalias',
            name='competition',
            field=models.ForeignKey(blank=True, help_text='Empty: the name in all competitions of the source that fit the team.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.competition'),
        ),
        migrations.AddField(
            model_name='unknownteam',
            name='competition',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.competition'),
        ),
        migrations.AlterField(
            model_name='competition',
            name='country',
            field=models.CharField(blank=True, help_text='Empty if its teams come from several countries.', max_length=60),
        ),
        migrations.AddConstraint(
            model_name='competition',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['', 'men', 'women', 'youth', 'u12', 'u13', 'u14', 'u15', 'u16', 'u17', 'u18', 'u19', 'u20', 'u21', 'u22', 'u23', 'reserves', 'women-youth', 'women-u12', 'women-u13', 'women-u14', 'women-u15', 'women-u16', 'women-u17', 'women-u18', 'women-u19', 'women-u20', 'women-u21', 'women-u22', 'women-u23', 'women-reserves'])), name='competition_category_known'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['', 'men', 'women', 'youth', 'u12', 'u13', 'u14', 'u15', 'u16', 'u17', 'u18', 'u19', 'u20', 'u21', 'u22', 'u23', 'reserves', 'women-youth', 'women-u12', 'women-u13', 'women-u14', 'women-u15', 'women-u16', 'women-u17', 'women-u18', 'women-u19', 'women-u20', 'women-u21', 'women-u22', 'women-u23', 'women-reserves'])), name='team_category_known'),
        ),
        migrations.AddConstraint(
            model_name='teamalias',
            constraint=models.UniqueConstraint(condition=models.Q(('source', 'former'), _negated=True), fields=('source', 'competition', 'name'), name='alias_once_per_source', nulls_distinct=False, violation_error_message='This source uses this name for another team.'),
        ),
        migrations.AddConstraint(
            model_name='unknownteam',
            constraint=models.UniqueConstraint(fields=('source', 'competition', 'name'), name='unknown_team_once_per_source', nulls_distinct=False),
        ),
        migrations.RunSQL(sql=DROP_GUARD, reverse_sql=read("matches/sql/adjustment_append_only.sql")),
        RunSQLFile("matches/sql/adjustment_append_only_v2.sql", reverse=DROP_GUARD),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
