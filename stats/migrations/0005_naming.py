"""A number that grows with every change of a name: lists of a thousand forecasters are not read to make an ETag."""

from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0004_form_in_the_tallies'),
        ('matches', '0005_names_have_letters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Naming',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='naming_one_row')],
            },
        ),
        RunSQLFile("stats/sql/naming_v1.sql", reverse="DROP FUNCTION stats_names_changed() CASCADE"),
    ]
