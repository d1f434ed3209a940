"""Delays from results to leaderboards and roundups, kept for each day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0005_link_images'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyLatency',
            fields=[
                ('pk', models.CompositePrimaryKey('day', 'target', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('target', models.CharField(choices=[('leaderboard', 'Leaderboard'), ('roundup', 'Roundup')], max_length=11)),
                ('results', models.IntegerField(help_text='Number of results measured.')),
                ('median', models.FloatField(help_text='In seconds; null without results.', null=True)),
                ('p95', models.FloatField(help_text='95th percentile.', null=True)),
            ],
            options={
                'verbose_name_plural': 'daily latencies',
            },
        ),
    ]
