"""The views that readers ask: boards of live scopes, of closed seasons, form, and league tables."""

from django.db import migrations

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("stats", "0001_tallies_and_view_windows"),
        ("scoring", "0001_settlements_and_scores"),
        ("matches", "0002_guards"),
    ]

    operations = [
        RunSQLFile(
            "stats/sql/leaderboard_live_v1.sql", reverse="DROP MATERIALIZED VIEW stats_leaderboard_live"
        ),
        RunSQLFile(
            "stats/sql/leaderboard_closed_v1.sql", reverse="DROP MATERIALIZED VIEW stats_leaderboard_closed"
        ),
        RunSQLFile("stats/sql/form_v1.sql", reverse="DROP MATERIALIZED VIEW stats_form"),
        RunSQLFile("stats/sql/leaderboard_v1.sql", reverse="DROP VIEW stats_leaderboard"),
        RunSQLFile("stats/sql/standings_v1.sql", reverse="DROP MATERIALIZED VIEW stats_standings"),
    ]
