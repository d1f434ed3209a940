"""Season forecasts and their back-test, simulated by the jobs `simulate_season` and `backtest_places`."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0012_deciding_places'),
        ('stats', '0009_board_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlacesBacktest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matchday', models.PositiveSmallIntegerField()),
                ('cutoff_at', models.DateTimeField()),
                ('open_matches', models.PositiveIntegerField()),
                ('runs', models.PositiveIntegerField()),
                ('rps', models.FloatField()),
                ('rps_of_table', models.FloatField()),
                ('rps_of_equal', models.FloatField()),
                ('input_hash', models.CharField(max_length=32)),
                ('computed_at', models.DateTimeField()),
                ('seconds', models.FloatField()),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.stage')),
            ],
            options={
                'ordering': ['stage_id', 'matchday'],
                'constraints': [models.UniqueConstraint(fields=('stage', 'matchday'), name='places_backtest_once')],
            },
        ),
        migrations.CreateModel(
            name='SeasonForecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('runs', models.PositiveIntegerField()),
                ('open_matches', models.PositiveIntegerField()),
                ('own_matches', models.PositiveIntegerField()),
                ('tables', models.JSONField()),
                ('needs', models.JSONField()),
                ('importance', models.JSONField()),
                ('input_hash', models.CharField(max_length=32)),
                ('data_version', models.BigIntegerField()),
                ('as_of', models.DateTimeField()),
                ('computed_at', models.DateTimeField()),
                ('seconds', models.FloatField()),
                ('forecaster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.forecaster')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.stage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stage', 'forecaster'), name='season_forecast_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('own_matches__lte', models.F('open_matches'))), name='season_forecast_own_matches')],
            },
        ),
    ]
