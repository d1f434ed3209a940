"""Moved grounds of matches, and seasons whose dates follow their matches."""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0006_reported_stages'),
    ]

    operations = [
        migrations.AddField(
            model_name='season',
            name='follows_matches',
            field=models.BooleanField(db_default=False, default=False, help_text='The dates were taken from imported matches: an import of earlier or later rounds extends them.'),
        ),
        migrations.AlterField(
            model_name='match',
            name='game',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text='Number of this meeting of the two teams in this round.'),
        ),
        migrations.CreateModel(
            name='GroundMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('moved_at', models.DateTimeField()),
                ('home_team', models.ForeignKey(help_text='The home team since then.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.team')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ground_moves', to='matches.match')),
            ],
            options={
                'ordering': ['match_id', 'pk'],
            },
        ),
        RunSQLFile(
            "matches/sql/ground_move_append_only.sql", reverse="DROP FUNCTION matches_guard_ground_move() CASCADE"
        ),
    ]
