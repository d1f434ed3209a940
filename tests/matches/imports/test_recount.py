"""Imported archives, settled and ranked by the pipeline, are worth what a recount by hand says.

The recount knows nothing of ours: it reads the files, and has the formulas of docs/scoring.md in
plain Python.
"""

from collections import defaultdict
from math import log

import pytest
from django.core.management import call_command

from matches.models import Competition, Prediction
from stats.models import LeaderboardRow
from tests.matches.imports.pack import Pack, invented
from tests.pipeline_helpers import run_waiting
from tests.real_data import HAVE_PACK, PACK

pytestmark = pytest.mark.django_db
KINDS = ["--create", "statistical"]


def recount(pack: Pack) -> dict[tuple[str, str], dict[str, float]]:
    """Per competition and forecaster, from the files alone."""
    matches = {row["id"]: row for row in pack.matches if row["status"] == "FINISHED"}
    field = defaultdict(list)
    for row in pack.forecasts:
        if row["match_id"] in matches:
            field[row["match_id"]].append(row)
    tables: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for match_id, rows in field.items():
        match = matches[match_id]
        home, away = int(match["home_score"]), int(match["away_score"])
        picks = [(int(r["predicted_home"]), int(r["predicted_away"])) for r in rows if r["predicted_home"]]
        for row in rows:
            table = tables[match["competition"], row["forecaster"]]
            table["matches"].append(1)
            if row["p_home"]:
                said = [float(row[name]) for name in ("p_home", "p_draw", "p_away")]
                p = [each / sum(said) for each in said]
                happened = 0 if home > away else 1 if home == away else 2
                e = [float(each == happened) for each in range(3)]
                table["rps"].append(((p[0] - e[0]) ** 2 + (p[2] - e[2]) ** 2) / 2)
                table["brier"].append(sum((a - b) ** 2 for a, b in zip(p, e, strict=True)))
                floored = [max(each, 0.001) for each in p]
                table["log_score"].append(-log(floored[happened] / sum(floored)))
            if row["predicted_home"]:
                pick = int(row["predicted_home"]), int(row["predicted_away"])
                hit = sign(*pick) == sign(home, away)
                table["tendency"].append(hit)
                table["exact"].append(pick == (home, away))
                bonus = (pick[0] - pick[1] == home - away) + 3 * (pick == (home, away))
                table["points"].append(quota(picks, home, away) + bonus if hit else 0)
    return {key: summed(table) for key, table in tables.items()}


def sign(home: int, away: int) -> int:
    return (home > away) - (home < away)


def quota(picks: list[tuple[int, int]], home: int, away: int) -> int:
    said = sum(sign(*pick) == sign(home, away) for pick in picks)
    return 6 if said == 0 else min(6, max(2, (6 * len(picks) + 19 * said) // (10 * said)))


def summed(table: dict[str, list[float]]) -> dict[str, float | None]:
    means = {name: mean(table[name]) for name in ("rps", "brier", "log_score", "tendency", "exact")}
    return means | {"points": sum(table["points"]), "matches": len(table["matches"])}


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def boards() -> dict[tuple[str, str], dict[str, float | None]]:
    """The same as the leaderboards of our competitions have it."""
    rows = LeaderboardRow.objects.filter(scope="competition", provenance="all").select_related("forecaster")
    names = dict(Competition.objects.values_list("pk", "name"))
    return {
        (names[row.scope_id], row.forecaster.name): {
            "rps": row.rps,
            "brier": row.brier,
            "log_score": row.log_score,
            "tendency": row.tendency_accuracy,
            "exact": row.exact_accuracy,
            "points": row.points,
            "matches": row.matches,
        }
        for row in rows
    }


@pytest.fixture(
    params=[
        "invented",
        pytest.param("real", marks=pytest.mark.skipif(not HAVE_PACK, reason="REAL_PACK names no pack")),
    ]
)
def pack(request, tmp_path) -> Pack:
    return invented(tmp_path) if request.param == "invented" else Pack(PACK)


def test_the_boards_of_an_imported_archive_equal_a_recount_by_hand(pack):
    call_command(
        *("import_matches", str(pack.folder / "matches.csv"), "--format", "csv"),
        *("--create-teams", "--create-seasons", "--json"),
    )
    call_command("import_predictions", str(pack.folder / "forecasts.csv"), *KINDS, "--json")
    run_waiting("score_match", "refresh_views", limit=2000)

    expected, ours = recount(pack), boards()

    assert ours.keys() == expected.keys()
    for key, row in expected.items():
        for name, value in row.items():
            wanted = value if value is None else pytest.approx(value, abs=1e-9)
            assert ours[key][name] == wanted, (key, name)
    assert set(Prediction.objects.values_list("provenance", flat=True)) == {"archive"}
