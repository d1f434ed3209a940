"""A changed stage changes the ETags of the responses that contain its name and rules."""

from django.db import migrations

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0003_standings_by_stage'),
    ]

    operations = [
        RunSQLFile(
            "stats/sql/stage_names_version.sql",
            reverse="DROP TRIGGER names_changed ON matches_stage",
        ),
    ]
