"""No prediction is labelled hindsight while the kickoff of its match is not certain (docs/adr/0034)."""

from django.db import migrations

from core.db import sql
from core.db.sql import RunSQLFile


def guard_before() -> str:
    """Return the function of the hindsight trigger as migration 0020 created it."""
    whole = sql.read("matches/sql/prediction_hindsight_v1.sql")
    start, end = whole.index("CREATE FUNCTION"), whole.index("CREATE TRIGGER")
    return whole[start:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("matches", "0020_hindsight")]

    operations = [RunSQLFile("matches/sql/prediction_hindsight_v2.sql", reverse=guard_before())]
