"""Points adjustments in the league tables; one order of the season for form; what else is told of the past."""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile, read


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0002_materialised_views'),
        ('matches', '0003_points_adjustments'),
        ('scoring', '0001_settlements_and_scores'),
    ]

    operations = [
        migrations.RunSQL(
            sql="DROP MATERIALIZED VIEW stats_standings", reverse_sql=read("stats/sql/standings_v1.sql")
        ),
        RunSQLFile("stats/sql/standings_v2.sql", reverse="DROP MATERIALIZED VIEW stats_standings"),
        migrations.RunSQL(
            sql="DROP VIEW stats_leaderboard; DROP MATERIALIZED VIEW stats_form",
            reverse_sql=[read("stats/sql/form_v1.sql"), read("stats/sql/leaderboard_v1.sql")],
        ),
        RunSQLFile("stats/sql/form_v2.sql", reverse="DROP MATERIALIZED VIEW stats_form"),
        RunSQLFile("stats/sql/leaderboard_v1.sql", reverse="DROP VIEW stats_leaderboard"),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(help_text='Matches that kicked off from here on are told differently.')),
                ('said', models.CharField(help_text='What changed, in words for readers.', max_length=200)),
                ('noted_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(blank=True, help_text='When the refresh that shows it began.', null=True)),
                ('season', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.season')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['season', 'noted_at'], name='amendment_of_season'),
                    models.Index(condition=models.Q(('shown_at__isnull', True)), fields=['noted_at'], name='amendment_to_show'),
                ],
            },
        ),
        migrations.AddField(
            model_name='viewrefresh',
            name='kept',
            field=models.BooleanField(default=False, help_text='A settlement was counted by it, so the record is kept for good.'),
        ),
    ]
