"""The letter of a scored pick, said in one place."""

from django.db import migrations

from config.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [('stats', '0005_naming')]

    operations = [
        RunSQLFile("stats/sql/letter_v1.sql", reverse="DROP FUNCTION stats_letter(smallint, smallint, smallint)"),
    ]
