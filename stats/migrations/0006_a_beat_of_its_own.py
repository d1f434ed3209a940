"""The boards of teams may be refreshed less often than the others: each refresh says what it came after."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0005_naming'),
    ]

    operations = [
        migrations.AddField(
            model_name='viewrefresh',
            name='after',
            field=models.BigIntegerField(
                help_text='Of a view with a beat of its own: the newest refresh of the boards that it came after.',
                null=True,
            ),
        ),
    ]
