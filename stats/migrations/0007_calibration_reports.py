"""Calibration reports, computed by the job `compute_calibration` after the next refresh of a season."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0010_doubts_and_exposure'),
        ('stats', '0006_comparisons'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalibrationReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('overall', 'Overall'), ('competition', 'Competition'), ('season', 'Season'), ('team', 'Team')], max_length=11)),
                ('scope_id', models.BigIntegerField()),
                ('provenance', models.CharField(choices=[('all', 'Live and back-tests'), ('live', 'Live only'), ('archive', 'Back-tests only'), ('hindsight', 'Hindsight only')], max_length=9)),
                ('matches', models.IntegerField()),
                ('parts', models.JSONField()),
                ('curves', models.JSONField()),
                ('sharpness', models.JSONField()),
                ('cells_hash', models.CharField(max_length=32)),
                ('computed_at', models.DateTimeField()),
                ('forecaster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.forecaster')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'scope_id', 'provenance', 'forecaster'), name='calibration_report_once')],
            },
        ),
    ]
