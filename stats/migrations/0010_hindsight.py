"""Boards of hindsight predictions, apart from all others (docs/adr/0031)."""

from django.db import migrations, models

from core.db import sql
from core.db.sql import RunSQLFile

PROVENANCES = [("all", "All"), ("live", "Live"), ("archive", "Archive"), ("hindsight", "Hindsight")]
VIEWS = ("leaderboard_live_v2", "leaderboard_team_v1", "leaderboard_closed_v2", "leaderboard_v2")
DROP = "DROP VIEW stats_board CASCADE"
BOARDS_BEFORE = "\n".join(sql.read(f"stats/sql/{name}.sql") for name in ("board_v2", *VIEWS))


class Migration(migrations.Migration):
    dependencies = [("matches", "0020_hindsight"), ("stats", "0009_provisional_rows")]

    operations = [
        migrations.RunSQL(sql=DROP, reverse_sql=BOARDS_BEFORE),
        migrations.AlterField(
            model_name="tally",
            name="provenance",
            field=models.CharField(choices=PROVENANCES, max_length=9),
        ),
        migrations.AlterField(
            model_name="stretch",
            name="provenance",
            field=models.CharField(choices=PROVENANCES, max_length=9),
        ),
        RunSQLFile("stats/sql/board_v3.sql", reverse=DROP),
        *(RunSQLFile(f"stats/sql/{name}.sql", reverse=migrations.RunSQL.noop) for name in VIEWS),
    ]
