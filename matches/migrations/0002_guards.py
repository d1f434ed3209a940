"""The triggers that keep predictions locked and results as history."""

from django.db import migrations

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("matches", "0001_facts")]

    operations = [
        RunSQLFile(
            "matches/sql/prediction_lock_v1.sql",
            reverse="DROP FUNCTION matches_guard_prediction() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/revision_append_only_v1.sql",
            reverse="DROP FUNCTION matches_guard_revision() CASCADE",
        ),
    ]
