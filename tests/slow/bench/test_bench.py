"""The benchmark runs, and the figures that do not depend on the clock are within their limits."""

import json
import os
import signal
from types import SimpleNamespace

import environ
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.management.base import Exit
from tools.bench import result_tables
from tools.bench.data import past_matches
from tools.bench.database import address, databases
from tools.bench.figures import Sample, alternate, compared, percentile, single
from tools.bench.groups import GROUPS, TINY, Scale, rows
from tools.bench.management.commands.bench import Command

# What must hold at any size and on any machine; ratios of times mean nothing in seconds of work.
CLOCKLESS = ("6 refreshes", "7 waits")


@pytest.fixture
def outside(django_db_setup, django_db_blocker):
    """The command makes databases of its own; the test database is where it starts from and comes back to."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def test_a_tiny_run_of_every_group_ends_with_its_figures(outside, capsys, monkeypatch):
    monkeypatch.setenv("API_READS_PER_MINUTE", "1")  # so that even a tiny run would reach the limit
    home = connection.settings_dict["NAME"]
    groups = [name for name in GROUPS if name != "pipeline"]

    call_command("bench", *groups, "--tiny", "--json")

    figures = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    assert figures
    for figure in figures:
        assert set(figure) == {"name", "value", "yardstick", "ratio", "must", "met"}
        assert figure["value"] >= 0
        if figure["name"].startswith(CLOCKLESS):
            assert figure["met"], figure
    assert connection.settings_dict["NAME"] == home
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", ["%_bench_%"])
        assert cursor.fetchall() == [], "its databases are gone"


@pytest.mark.processes
def test_a_tiny_run_of_the_pipeline_ends_with_its_figures(outside, capsys):
    call_command("bench", "pipeline", "--tiny", "--json")

    figures = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    (refreshes,) = [figure for figure in figures if figure["name"].startswith("6 refreshes")]
    assert (refreshes["value"] >= 1, refreshes["met"]) == (True, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["settle", "--history", "1k"], "at least two"),
        (["settle", "--history", "1k,1k"], "at least two"),
        (["read", "--history", "7"], "at least 10 predictions"),
        (["scoring", "--write"], "a complete run"),
        (["all", "--write"], "a complete run"),
    ],
)
def test_invalid_options_are_rejected_before_anything_is_created(outside, words, message):
    with pytest.raises(CommandError, match=message) as refused:
        call_command("bench", *words, "--tiny")
    assert refused.value.returncode == Exit.USAGE


@pytest.fixture
def handler():
    """`handler(number, SIG_DFL)`: as if we had been started so; afterwards as we were."""
    former = {}

    def start_with(number: int, handling: signal.Handlers) -> None:
        former[number] = signal.signal(number, handling)

    yield start_with
    for number, handling in former.items():
        signal.signal(number, handling)


def kill_us(number: int):
    """A group of figures during which this process receives a signal."""
    return lambda bench: os.kill(os.getpid(), number) or []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_stops_it_and_its_databases_are_dropped(outside, monkeypatch, handler, number):
    monkeypatch.setattr("tools.bench.measure.scoring.figures", kill_us(number))
    handler(number, signal.SIG_DFL)

    with pytest.raises(CommandError, match="Stopped") as stopped:
        call_command("bench", "scoring", "--tiny")

    assert stopped.value.returncode == 130
    assert signal.getsignal(number) == signal.SIG_DFL
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", ["%_bench_%"])
        assert cursor.fetchall() == []


def test_an_ignored_signal_does_not_stop_it(outside, monkeypatch, handler, capsys):
    monkeypatch.setattr("tools.bench.measure.scoring.figures", kill_us(signal.SIGHUP))
    handler(signal.SIGHUP, signal.SIG_IGN)  # as nohup does

    call_command("bench", "scoring", "--tiny")

    assert "0 of 0 figures" in capsys.readouterr().out


def test_the_url_of_a_database_keeps_special_characters(monkeypatch):
    parts = {"USER": "us/er", "PASSWORD": "p@ss/w:ord?", "HOST": "db", "PORT": "5433", "NAME": "na me"}
    monkeypatch.setattr("tools.bench.database.connection", SimpleNamespace(settings_dict=parts))

    read = environ.Env.db_url_config(address())

    assert {name: str(read[name]) for name in parts} == parts
    assert psycopg.conninfo.conninfo_to_dict(address())["password"] == parts["PASSWORD"]


def test_the_history_equals_what_scoring_computes(outside):
    from scoring.models import SettlementScore
    from scoring.services import score_match
    from stats.tallies import fold

    with databases() as own:
        own.make("history")
        past_matches.make(predictions=300, forecasters=10)
        for match in (3, 17, 30):
            score_match(match_id=match, settled_at=timezone.now(), force=True)
            scores = [
                list(
                    SettlementScore.objects.filter(settlement__match=match, settlement__number=number)
                    .order_by("prediction")
                    .values_list("prediction", "points", "tendency_points", "rps", "brier", "log_score")
                )
                for number in (1, 2)
            ]
            assert scores[0] == scores[1]
            assert len(scores[0]) == 10
        assert fold.stored()


def test_a_community_is_counted_like_any_history(outside):
    from matches.models import Prediction
    from stats.models import LeaderboardRow
    from stats.tallies import rebuild

    with databases() as own:
        own.make("community")
        past_matches.make_community(matches=30, forecasters=12, regulars=3, matchday=3)
        assert Prediction.objects.count() == 20 * 3 + 10 * 12
        assert LeaderboardRow.objects.filter(scope="team").count() == 20 * 12
        assert rebuild.differences(at=timezone.now()) == []


def test_a_server_that_does_not_write_is_not_measured(outside):
    with pytest.raises(CommandError, match="fsync"):
        call_command("bench", "scoring", "--history", "1k")


def test_sizes_are_written_as_people_write_them():
    assert [rows(text) for text in ("100k", "1M", "2500")] == [100_000, 1_000_000, 2500]
    for nonsense in ("", "k", "1G", "-1", "0", "1.5M"):
        with pytest.raises(ValueError, match="number of rows"):
            rows(nonsense)


@pytest.mark.parametrize(
    "wrong", [["--history", "many"], ["--repeat", "0"], ["--repeat", "x"], ["everything"]]
)
def test_invalid_arguments_are_rejected(wrong):
    with pytest.raises(CommandError):
        Command().create_parser("manage.py", "bench").parse_args(wrong)


def test_each_round_begins_with_a_different_measurement():
    order: list[str] = []

    def way(name: str):
        return lambda: order.append(name) or 1.0

    samples = alternate({"a": way("a"), "b": way("b")}, repeat=3, say=lambda _: None)

    assert order == ["a", "b", "b", "a", "a", "b"]
    assert samples["a"].median == 1.0


def test_a_rate_is_best_where_it_is_highest_and_a_time_where_it_is_lowest():
    assert Sample(values=[1.0, 3.0]).best == 1.0
    assert Sample(unit="requests/s", values=[1.0, 3.0]).best == 3.0
    assert percentile([float(n) for n in range(100)], 0.99) == 99


def test_a_value_at_the_limit_is_within_it():
    one, two = Sample(values=[1.0]), Sample(values=[2.0])

    assert compared("1", "twice as long", two, "one", one, at_most=2).met is True
    assert compared("1", "twice as long", two, "one", one, at_most=1.9).met is False
    assert compared("1", "twice as fast", one, "two", two, at_least=2).met is True
    assert compared("1", "twice as fast", one, "two", two, at_least=2.1).met is False
    assert single("1", "counted", 2, "reads", at_most=2).met is True
    assert single("1", "counted", 3, "reads", at_most=2).met is False


def test_durations_with_a_lower_limit_are_compared_the_other_way_round():
    slow, fast = Sample(values=[2.0]), Sample(values=[1.0])
    many, few = Sample("requests/s", [20.0]), Sample("requests/s", [10.0])

    assert compared("1", "faster", fast, "slow", slow, at_least=1).ratio == 2
    assert compared("1", "slower", slow, "fast", fast, at_most=3).ratio == 2
    assert compared("1", "more", many, "few", few, at_least=1).ratio == 2
    no_limit = compared("1", "more", many, "few", few)
    assert (no_limit.ratio, no_limit.must, no_limit.met) == (2, "", None)


def test_the_document_has_the_place_for_the_table(tmp_path, db):
    document = tmp_path / "performance.md"
    document.write_text(f"before {result_tables.BEGIN} old {result_tables.END} after")
    result_tables.write([], document)

    assert "old" not in document.read_text()
    assert document.read_text().split("\n")[0].startswith("before")
    assert document.read_text().endswith("after")
    assert result_tables.BEGIN in result_tables.DOCUMENT.read_text()
    empty = tmp_path / "empty.md"
    empty.write_text("")
    with pytest.raises(CommandError, match="lacks the marks"):
        result_tables.write([], empty)


def test_the_tiny_scale_is_smaller_in_everything():
    tiny, full = TINY, Scale()
    assert tiny.histories[-1] < full.histories[0]
    assert all(getattr(tiny, name) <= getattr(full, name) for name in ("few", "some", "many", "imported"))
