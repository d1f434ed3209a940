"""The table of metrics: documented, and recreated by a migration when it changes."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.state import ProjectState

from stats.metrics import BY_NAME, DEFAULT_ORDERING, METRICS, ORDERINGS
from stats.view_definitions import LeaderboardViews


def test_the_table_of_the_guide_is_the_code():
    guide = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    section = guide.split("### Leaderboard\n")[1].split("\n### ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    documented = [[cell.strip("| `") for cell in row] for row in rows]

    assert documented == [
        [
            metric.name,
            *([metric.label] if metric.label else []),
            metric.help,
            "default" if metric.name == DEFAULT_ORDERING else "yes" if metric.name in ORDERINGS else "no",
            "highest" if metric.higher_is_better else "lowest",
        ]
        for metric in METRICS
    ]


def columns() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM stats_leaderboard LIMIT 0")
        return [column.name for column in cursor.description]


@pytest.mark.django_db
def test_a_migration_recreates_the_views_with_its_metrics_and_can_be_reversed():
    fewer = ["average_points", "points", "removed_since"]
    operation = LeaderboardViews(fewer, replaced=list(BY_NAME))
    with connection.schema_editor() as editor:
        operation.database_forwards("stats", editor, ProjectState(), ProjectState())
        assert [name for name in columns() if name in BY_NAME] == ["average_points", "points"]

        operation.database_backwards("stats", editor, ProjectState(), ProjectState())
        assert [name for name in columns() if name in BY_NAME] == list(BY_NAME)
