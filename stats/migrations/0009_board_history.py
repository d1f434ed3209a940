"""Points and ranks of seasons after their match days."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0011_time_zones'),
        ('stats', '0008_board_inference'),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardHistory',
            fields=[
                ('pk', models.CompositePrimaryKey('season_id', 'forecaster_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), size=None)),
                ('points', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='Sum up to this day.', size=None)),
                ('ranks', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), help_text='By points per match.', size=None)),
                ('forecaster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.forecaster')),
                ('season', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.season')),
            ],
            options={
                'verbose_name_plural': 'board histories',
            },
        ),
    ]
