"""A third provenance: predictions that were made after the kickoff, by their own date (docs/adr/0031).

The digest is generated from the provenance, so PostgreSQL widens that column only without it. It is added again with
the same values: it is made of the same columns.
"""

from django.db import migrations, models
from django.db.models import F, Func

from core.db import sql
from core.db.sql import RunSQLFile

PROVENANCES = [
    ("live", "live: received here before the lock"),
    ("archive", "archive: imported afterwards from a published source"),
    ("hindsight", "hindsight: imported, and made after the kickoff by its own date"),
]
SEALED = (
    *("match_id", "forecaster_id", "home_goals", "away_goals", "p_home", "p_draw", "p_away"),
    *("predicted_at", "submitted_at", "provenance", "model_version", "rationale", "salt"),
)
DROP_GUARD = "DROP FUNCTION matches_guard_hindsight() CASCADE"


def moved_lock_before() -> str:
    """Return the function of the moved lock as migration 0006 created it."""
    whole = sql.read("matches/sql/prediction_lock_v3.sql")
    start, end = whole.index("CREATE FUNCTION matches_apply_lock"), whole.index("CREATE TRIGGER match_lock_moved")
    return whole[start:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("matches", "0019_results_taken_back")]

    operations = [
        migrations.RemoveField(model_name="prediction", name="digest"),
        migrations.AlterField(
            model_name="prediction",
            name="provenance",
            field=models.CharField(choices=PROVENANCES, max_length=9),
        ),
        migrations.AddField(
            model_name="prediction",
            name="digest",
            field=models.GeneratedField(
                db_persist=True,
                expression=Func(*map(F, SEALED), function="matches_prediction_digest"),
                help_text="SHA-256 over the canonical form (docs/proofs.md), made by the database.",
                output_field=models.CharField(max_length=64),
            ),
        ),
        migrations.RemoveConstraint(model_name="prediction", name="prediction_provenance_known"),
        migrations.AddConstraint(
            model_name="prediction",
            constraint=models.CheckConstraint(
                condition=models.Q(provenance__in=["live", "archive", "hindsight"]),
                name="prediction_provenance_known",
            ),
        ),
        RunSQLFile("matches/sql/prediction_hindsight_v1.sql", reverse=DROP_GUARD),
        RunSQLFile("matches/sql/prediction_moved_lock_v2.sql", reverse=moved_lock_before()),
    ]
