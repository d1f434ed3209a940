"""Add time zones to competitions."""

import core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0010_doubts_and_exposure'),
    ]

    operations = [
        migrations.AddField(
            model_name='competition',
            name='time_zone',
            field=models.CharField(db_default='UTC', default='UTC', help_text='Dates in roundups are in this time zone, e.g. Europe/London.', max_length=40, validators=[core.validators.known_time_zone]),
        ),
    ]
