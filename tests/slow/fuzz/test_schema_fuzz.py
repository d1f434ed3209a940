"""Schemathesis with all its checks over the whole schema, against a real server with a played season.

Bounded and the same every time; more with HOSTILE=all. tests/core/api/test_schema.py is the quick form of it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.factories import new_key
from tests.slow.fuzz import routes, strings
from tests.slow.fuzz.world import build

EXAMPLES = 300 if os.environ.get("HOSTILE") == "all" else 8
SECRET = "a-secret"

# The edges of each parameter, one by one, of what stores something only; of the rest with HOSTILE=all.
LESS = """
[[operations]]
include-method = "GET"
phases.coverage.enabled = false
"""

# What is well formed may still be refused: there is no board of a team within a season.
# A prediction may come too late, for a forecaster of somebody else, or with chances that do not sum to 1;
# among many each is refused for itself; cursors are not made up.
CONFIG = """
headers = {{ Authorization = "Bearer {key}", Connection = "close" }}

{less}
[[operations]]
include-path = "/api/cron/update-stats/"
headers = {{ Authorization = "Bearer {secret}", Connection = "close" }}

[[operations]]
include-path = "/api/v1/matches/{{id}}/predictions/{{forecaster}}/"
checks.positive_data_acceptance.expected-statuses = ["200", "201", "403", "404", "409", "422"]

[[operations]]
include-path = "/api/v1/predictions/bulk/"
checks.positive_data_acceptance.expected-statuses = ["200", "422"]
checks.negative_data_rejection.expected-statuses = ["200", "4xx"]

[[operations]]
include-path = "/api/v1/forecasters/{{slug}}/predictions/"
checks.positive_data_acceptance.expected-statuses = ["200", "400"]

[[operations]]
include-path = "/api/v1/predictions/"
checks.positive_data_acceptance.expected-statuses = ["200", "400", "404"]

[[operations]]
include-path = "/api/v1/standings/"
checks.positive_data_acceptance.expected-statuses = ["200", "400", "404"]

{boards}
"""
# Refused: a season of another competition, a comparison of a forecaster with nobody or with itself.
BOARDS = "\n".join(
    f"""
[[operations]]
include-path = "/api/v1/{name}/"
checks.positive_data_acceptance.expected-statuses = ["200", "400", "404"]
"""
    for name in ("leaderboard", "calibration", "compare", "robustness", "season-forecasts")
)


@pytest.fixture
def document(transactional_db) -> dict:
    """Our schema. Ids and slugs are those that exist, so that requests find something."""
    build(strings.FOR_READERS[:16])
    schema = SchemaGenerator().get_schema(public=True)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                word = path.split("/")[3] if parameter["name"] in ("id", "slug") else f"{parameter['name']}s"
                if word in ("matchs", *routes.KEYS):
                    model, key = routes.KEYS["matches" if word == "matchs" else word]
                    parameter["schema"]["enum"] = list(
                        model.objects.order_by("pk").values_list(key, flat=True)
                    )
    return schema


def test_all_checks_hold_over_the_whole_schema(document, live_server, settings, tmp_path: Path, tell):
    settings.CRON_SECRET = SECRET
    (tmp_path / "schema.json").write_text(json.dumps(document))
    config = CONFIG.format(key=new_key(), secret=SECRET, boards=BOARDS, less=LESS if EXAMPLES < 300 else "")
    (tmp_path / "schemathesis.toml").write_text(config)

    done = subprocess.run(
        command(live_server.url), cwd=tmp_path, capture_output=True, text=True, timeout=3600
    )

    assert done.returncode == 0, f"{done.stdout[-12_000:]}\n{done.stderr[-2000:]}"
    report = json.loads((tmp_path / "report.json").read_text())
    operations, cases = report["operations"], report["test_cases"]
    declared = sum(len(methods) for methods in document["paths"].values())
    assert (operations["tested"], operations["errored"]) == (declared, 0)
    assert cases["generated"] > 15 * declared
    tell(
        f"schemathesis {report['schemathesis_version']}: {operations['tested']} of {declared} operations, "
        f"{cases['generated']} cases, phases {', '.join(report['phases'])}, all checks, "
        f"{cases['with_failures']} failures"
    )


def command(url: str) -> list[str]:
    """As one would type it. Deterministic mode needs a single worker to be the same every time.

    Without keep-alive: the test server sends head and body apart, which costs 40 ms each time with it.
    """
    program = Path(sys.executable).with_name("schemathesis")
    return [
        *(str(program), "--config-file", "schemathesis.toml", "run", "schema.json", "--url", url),
        *("--checks", "all", "--max-examples", str(EXAMPLES), "--generation-deterministic", "--workers", "1"),
        *("--no-color", "--report", "json", "--report-json-path", "report.json"),
    ]
