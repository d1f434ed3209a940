"""Provisional leaderboard rows: forecasters with few matches come last and have no rank. Every view is filled as it is created."""

from django.db import migrations

from core.db.sql import RunSQLFile, read

VIEWS = ("board_{}", "leaderboard_live_v2", "leaderboard_team_v1", "leaderboard_closed_v2", "leaderboard_v2")
DROP = """
DROP VIEW stats_leaderboard;
DROP MATERIALIZED VIEW stats_leaderboard_closed;
DROP MATERIALIZED VIEW stats_leaderboard_team;
DROP MATERIALIZED VIEW stats_leaderboard_live;
DROP VIEW stats_board;
"""


def create(board_version: str) -> list[str]:
    """Return the statements that create the leaderboard views on a version of `stats_board`."""
    return [read(f"stats/sql/{name.format(board_version)}.sql") for name in VIEWS]


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0008_tables_of_open_seasons_by_key'),
    ]

    operations = [
        migrations.RunSQL(sql=DROP, reverse_sql=create("v1")),
        RunSQLFile("stats/sql/provisional_v1.sql", reverse="DROP FUNCTION stats_provisional_below(integer)"),
        migrations.RunSQL(sql=create("v2"), reverse_sql=DROP),
    ]
