"""Digests are salted and made by the database from the row itself: no code can store another one."""

import django.contrib.postgres.functions
from django.db import migrations, models

from core.db.sql import RunSQLFile, read

SEALED = (
    *("match_id", "forecaster_id", "home_goals", "away_goals", "p_home", "p_draw", "p_away"),
    *("predicted_at", "submitted_at", "provenance", "model_version", "rationale", "salt"),
)
DROP = """
DROP FUNCTION matches_prediction_digest(bigint, bigint, smallint, smallint, float8, float8, float8, timestamptz,
                                        timestamptz, text, text, text, uuid);
DROP FUNCTION matches_prediction_form(bigint, bigint, smallint, smallint, float8, float8, float8, timestamptz,
                                      timestamptz, text, text, text, uuid);
DROP FUNCTION matches_microseconds(timestamptz);
DROP FUNCTION matches_utf8(text);
"""


def guard_before():
    """The function of prediction_lock_v3.sql, which is one of several in that file."""
    lock = read("matches/sql/prediction_lock_v3.sql")
    begins = lock.index("CREATE FUNCTION matches_guard_prediction()")
    return lock[begins : lock.index("CREATE TRIGGER prediction_lock\n")].replace("CREATE", "CREATE OR REPLACE", 1)


class Migration(migrations.Migration):
    dependencies = [("matches", "0009_index_of_corrections")]

    operations = [
        RunSQLFile("matches/sql/prediction_digest_v1.sql", reverse=DROP),
        # One that was there was made before there were receipts: nobody holds it.
        migrations.RemoveField("prediction", "digest"),
        migrations.AddField(
            "prediction",
            "model_version",
            models.CharField(blank=True, db_default="", help_text="What answered, as its maker says.", max_length=80),
        ),
        migrations.AddField(
            "prediction",
            "client_ref",
            models.CharField(blank=True, db_default="", help_text="Its maker's own name for it.", max_length=80),
        ),
        migrations.AddField(
            "prediction",
            "salt",
            models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                help_text="Keeps the digest from being guessed.",
            ),
        ),
        migrations.AddField(
            "prediction",
            "digest",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(*map(models.F, SEALED), function="matches_prediction_digest"),
                help_text="SHA-256 over the canonical form (docs/proofs.md), made by the database.",
                output_field=models.CharField(max_length=64),
            ),
        ),
        migrations.RunSQL(sql=read("matches/sql/prediction_guard_v4.sql"), reverse_sql=guard_before()),
    ]
