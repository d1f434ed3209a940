"""The refusals of the hindsight trigger name the match, its state and its lock."""

from django.db import migrations

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("matches", "0021_hindsight_requires_a_kickoff")]

    operations = [
        RunSQLFile(
            "matches/sql/prediction_hindsight_v3.sql", reverse="matches/sql/prediction_hindsight_v2.sql"
        )
    ]
