"""Each row knows how many live and archive predictions its board has. The views are filled as they are created."""

from django.db import migrations

from config.sql import RunSQLFile, read

DROP = """
DROP VIEW stats_leaderboard;
DROP MATERIALIZED VIEW stats_leaderboard_live;
DROP MATERIALIZED VIEW stats_leaderboard_team;
DROP MATERIALIZED VIEW stats_leaderboard_closed;
DROP VIEW stats_board;
"""
PARTS = [
    read(f"stats/sql/{name}.sql")
    for name in ("leaderboard_live_v2", "leaderboard_team_v1", "leaderboard_closed_v2", "leaderboard_v2")
]


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0006_a_beat_of_its_own'),
    ]

    operations = [
        migrations.RunSQL(sql=DROP, reverse_sql=[read("stats/sql/board_v1.sql"), *PARTS]),
        RunSQLFile("stats/sql/board_v2.sql", reverse=migrations.RunSQL.noop),
        migrations.RunSQL(sql=PARTS, reverse_sql=DROP),
    ]
