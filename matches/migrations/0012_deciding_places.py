"""Add the numbers of teams that go through and that are relegated to stages."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0011_time_zones'),
    ]

    operations = [
        migrations.AddField(
            model_name='stage',
            name='relegation_places',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How many teams are relegated directly: the last ones of each table; of ranked groups, of the last one. Empty if none.', null=True),
        ),
        migrations.AddField(
            model_name='stage',
            name='through_places',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How many teams go through by their place: the first ones of each table. Empty if none.', null=True),
        ),
    ]
