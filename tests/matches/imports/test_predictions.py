"""The bulk import: the good rows as submit_predictions stores them, and a word about each of the others."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone as clock
from hypothesis import given
from hypothesis import strategies as st

from matches.commitments import prediction_log
from matches.imports.predictions.bulk import import_predictions
from matches.imports.predictions.copy_format import ImportRow
from matches.models import Match, Prediction
from matches.services import predictions
from scoring.models import Settlement
from tests.example_counts import examples
from tests.factories import MatchFactory, coin, homer, move, oracle, predict, record, upcoming_match
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

LIVE, ARCHIVE = Prediction.Provenance.LIVE, Prediction.Provenance.ARCHIVE
SAYING = ("home_goals", "away_goals", "p_home", "p_draw", "p_away", "predicted_at", "rationale")


def imported(*rows: ImportRow, provenance: str = ARCHIVE, chunk: int = 50_000):
    """Stored, unchanged, and what is said about the others, over all chunks."""
    chunks = list(import_predictions(rows, provenance=provenance, chunk=chunk))
    refused = {each.number: each.reason for one in chunks for each in one.refused}
    return sum(one.stored for one in chunks), sum(one.unchanged for one in chunks), refused


def row(number: int, match: Match, who, score=(1, 0), **more) -> ImportRow:
    return ImportRow(number, match.pk, who.pk, *(score or ()), **more)


def current() -> list[tuple[object, ...]]:
    columns = ("match_id", "forecaster_id", *SAYING, "provenance")
    return sorted(Prediction.objects.current().values_list(*columns), key=str)


@pytest.fixture
def match() -> Match:
    """Long over."""
    return MatchFactory()


def test_valid_rows_are_stored_unchanged_as_archive(match):
    said = {"p_home": 0.5, "p_draw": 1e-05, "p_away": 0.49999, "rationale": "tab\t, \\N, line\nand \\ end"}
    at = datetime(2025, 8, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    assert imported(row(1, match, oracle(), (2, 1), predicted_at=at, **said)) == (1, 0, {})

    stored = Prediction.objects.get()
    assert {name: getattr(stored, name) for name in said} == said
    assert (stored.predicted_at, stored.provenance, stored.late) == (at, ARCHIVE, False)
    assert clock.now() - stored.submitted_at < timedelta(seconds=5)


NAN, TEN = float("nan"), 10**30
NAIVE = datetime(2025, 8, 1)  # noqa: DTZ001 - what is to be refused


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "neither a score nor probabilities"),
        ({"home_goals": 1}, "goals of both teams"),
        ({"home_goals": 31, "away_goals": 0}, "from 0 to 30"),
        ({"home_goals": TEN, "away_goals": 0}, "from 0 to 30"),
        ({"home_goals": "1", "away_goals": 0}, "whole numbers"),
        ({"home_goals": True, "away_goals": 0}, "whole numbers"),
        ({"p_home": 0.5, "p_draw": 0.5}, "all three probabilities"),
        ({"p_home": 1.2, "p_draw": -0.1, "p_away": -0.1}, "from 0 to 1"),
        ({"p_home": NAN, "p_draw": 0.5, "p_away": 0.5}, "from 0 to 1"),
        ({"p_home": TEN**20, "p_draw": 0, "p_away": 0}, "from 0 to 1"),
        ({"p_home": "0.5", "p_draw": 0.5, "p_away": 0.5}, "not a probability"),
        ({"p_home": 0.5, "p_draw": 0.5, "p_away": 0.1}, "do not sum to 1"),
        ({"home_goals": 1, "away_goals": 0, "predicted_at": NAIVE}, "no time zone"),
        ({"home_goals": 1, "away_goals": 0, "rationale": "a\0b"}, "invisible characters (U+0000)"),
        ({"home_goals": 1, "away_goals": 0, "rationale": "\ud800"}, "invisible characters (U+D800)"),
        (
            {"home_goals": 1, "away_goals": 0, "rationale": "a\u202eb"},
            "invisible characters (U+202E); remove them",
        ),
        ({"home_goals": 1, "away_goals": 0, "rationale": 7}, "not text"),
        ({"home_goals": 1, "away_goals": 0, "match_id": 0}, "no match with id 0"),
        ({"home_goals": 1, "away_goals": 0, "match_id": TEN}, "no match with id"),
        ({"home_goals": 1, "away_goals": 0, "forecaster_id": "oracle"}, "no forecaster with id 'oracle'"),
    ],
)
def test_an_invalid_row_is_reported_and_the_others_are_stored(match, said, reason):
    bad = ImportRow(**({"number": 7, "match_id": match.pk, "forecaster_id": oracle().pk} | said))

    stored, unchanged, refused = imported(row(6, match, coin()), bad, row(8, match, homer()))

    assert (stored, unchanged, list(refused)) == (2, 0, [7])
    assert reason in refused[7]


def test_a_negative_zero_is_stored_as_zero(match):
    rows = [row(1, match, oracle(), None, p_home=1.0, p_draw=-0.0, p_away=-0.0)]

    assert imported(*rows) == (1, 0, {})

    form = prediction_log.canonical_form(Prediction.objects.get())
    assert "probabilities 3ff0000000000000 0000000000000000 0000000000000000" in form
    assert imported(*rows) == (0, 1, {})


def test_the_same_file_again_changes_nothing(match):
    rows = [row(1, match, oracle()), row(2, match, coin(), None, p_home=1, p_draw=0, p_away=0)]
    imported(*rows)
    before = list(Prediction.objects.order_by("pk").values())

    assert imported(*rows, chunk=1) == (0, 2, {})
    assert list(Prediction.objects.order_by("pk").values()) == before


def test_a_different_prediction_is_refused_for_a_locked_match_and_supersedes_for_an_open_one(match):
    ahead = upcoming_match()
    imported(row(1, match, oracle()), row(2, ahead, oracle()))

    stored, _, refused = imported(row(1, match, oracle(), (5, 5)), row(2, ahead, oracle(), (5, 5)))

    assert (stored, list(refused)) == (1, [1])
    assert f"match {match.pk} is locked" in refused[1]
    assert Prediction.objects.current().get(match=ahead).home_goals == 5
    assert Prediction.objects.filter(match=ahead).count() == 2


@pytest.mark.parametrize("chunk", [1, 2, 50])
@pytest.mark.parametrize("new_match", [MatchFactory, upcoming_match])
def test_the_first_valid_row_of_a_pair_counts_across_chunks_and_imports(new_match, chunk):
    match = new_match()
    bad, first, same = (
        row(n, match, oracle(), score) for n, score in ((1, (99, 0)), (2, (1, 0)), (3, (1, 0)))
    )
    rows = [bad, first, same, row(4, match, oracle(), (2, 2))]

    for stored in (1, 0):
        assert imported(*rows, chunk=chunk)[:2] == (stored, 2 - stored)
        assert Prediction.objects.get().home_goals == 1


def test_rows_of_a_retired_forecaster_are_refused_after_its_retirement(match):
    predictions.retire(oracle(), retired_at=match.lock_at + timedelta(days=1))
    later = MatchFactory(kickoff_at=match.lock_at + timedelta(days=2))

    stored, _, refused = imported(row(1, match, oracle()), row(2, later, oracle()))

    assert stored == 1
    assert "had retired before" in refused[2]


def test_live_rows_are_refused_after_the_lock(match):
    ahead = upcoming_match()

    stored, _, refused = imported(row(1, match, coin()), row(2, ahead, coin()), provenance=LIVE)

    assert (stored, refused) == (1, {1: f"match {match.pk} is locked"})
    assert Prediction.objects.get().provenance == LIVE


@pytest.fixture
def nobody_says_seven_nil():
    """A rule that only the database knows."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE matches_prediction ADD CONSTRAINT not_seven CHECK (home_goals <> 7)")


def test_a_row_refused_by_the_database_is_reported_and_the_others_are_stored(nobody_says_seven_nil):
    matches = [MatchFactory() for _ in range(20)] + [upcoming_match()]
    imported(row(1, matches[-1], oracle()))
    rows = [row(n, each, oracle(), (7 if n in (3, 20) else 2, 0)) for n, each in enumerate(matches)]

    stored, _, refused = imported(*rows)

    assert (stored, sorted(refused)) == (len(matches) - 2, [3, 20])
    assert "not_seven" in refused[3]
    assert Prediction.objects.current().get(match=matches[-1]).home_goals == 1, "nothing took its place"


def test_a_settled_match_is_settled_again_only_for_new_rows(match):
    predict(match, coin(), (0, 0))
    record(match, 2, 1)
    run_waiting()

    for _ in range(2):
        imported(row(1, match, oracle(), (2, 1)))
        run_waiting()

    assert Settlement.objects.filter(match=match).count() == 2
    assert Settlement.objects.get(match=match, superseded_at=None).predictions == 2


def test_a_chunk_stays_stored_if_a_later_one_cannot_be_read(match):
    def broken():
        yield row(1, match, oracle())
        yield row(2, match, coin())
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        for _ in import_predictions(broken(), chunk=1):
            pass

    assert Prediction.objects.count() == 2


def test_a_rolled_back_import_reports_all_and_stores_nothing(match):
    with transaction.atomic():
        (chunk,) = import_predictions([row(1, match, oracle()), row(2, match, oracle(), (3, 3))])
        transaction.set_rollback(True)

    assert (chunk.stored, [each.number for each in chunk.refused]) == (1, [2])
    assert not Prediction.objects.exists()


# --- Hindsight --------------------------------------------------------------------------------------------


def test_the_prediction_before_the_kickoff_counts_instead_of_one_in_hindsight(match):
    after = row(1, match, oracle(), (2, 1), predicted_at=match.lock_at)
    before = row(2, match, oracle(), (1, 0), predicted_at=match.lock_at - timedelta(hours=1))

    (chunk,) = import_predictions([after, before], hindsight=True)

    assert (chunk.stored, chunk.hindsight) == (1, 0)
    assert "row 2 contains a different prediction" in chunk.refused[0].reason
    assert Prediction.objects.get().home_goals == 1


def test_a_row_dated_after_a_future_kickoff_is_refused():
    ahead = upcoming_match()

    (chunk,) = import_predictions(
        [row(1, ahead, oracle(), predicted_at=ahead.lock_at)], provenance=None, hindsight=True
    )

    assert "which is in the future" in chunk.refused[0].reason


@pytest.fixture
def in_doubt() -> Match:
    """The kickoff was tomorrow; a feed moved it to three hours ago."""
    match = upcoming_match()
    move(match, clock.now() - timedelta(hours=3), source="football-data", trusted=False)
    match.refresh_from_db()
    return match


def from_file(match: Match, at: datetime, *, hindsight: bool = True) -> tuple[int, int, list[str]]:
    """Import one row as the command does; return the rows stored, those in hindsight, and the refusals."""
    rows = [row(1, match, oracle(), predicted_at=at)]
    (chunk,) = import_predictions(rows, provenance=None, hindsight=hindsight)
    return chunk.stored, chunk.hindsight, [each.reason for each in chunk.refused]


def test_live_predictions_of_a_match_in_doubt_are_neither_repeated_nor_replaced_by_a_file():
    match, sure, changed = upcoming_match(), oracle(), coin()
    live = [row(1, match, sure, (2, 1)), row(2, match, changed, (1, 1))]
    list(import_predictions(live, provenance=None))
    planned = match.kickoff_at
    move(match, clock.now() - timedelta(days=2), source="football-data", trusted=False)

    (chunk,) = import_predictions([live[0], row(2, match, changed, (0, 3))], provenance=None)

    assert (chunk.stored, chunk.unchanged) == (0, 1)
    assert "a different prediction is stored" in chunk.refused[0].reason
    move(match, planned, source="admin")  # the operator rejects the reported kickoff
    (again,) = import_predictions(live, provenance=None)
    assert (again.stored, again.unchanged) == (0, 2)
    assert list(Prediction.objects.current().values_list("provenance", flat=True)) == [LIVE, LIVE]


@pytest.mark.parametrize("hindsight", [True, False])
@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=2)])
def test_a_row_between_the_kickoffs_in_doubt_is_refused_until_the_doubt_ends(in_doubt, hindsight, after):
    at = in_doubt.lock_at + after

    (stored, _, (reason,)) = from_file(in_doubt, at, hindsight=hindsight)

    assert stored == 0
    assert f"predicted_at {at} is not before the earlier reported kickoff {in_doubt.lock_at}" in reason
    assert f"but before the later one {in_doubt.reveal_at}." in reason
    assert (
        "Confirm or reject the kickoff under Doubts and feed problems in the admin, then import the row again"
        in reason
    )
    assert "--hindsight" not in reason


def test_after_the_doubt_the_row_is_live_or_hindsight_by_the_kickoff_that_is_right(in_doubt):
    planned, at = in_doubt.reveal_at, in_doubt.lock_at + timedelta(hours=1)

    move(in_doubt, planned, source="admin")  # the operator rejects it
    assert from_file(in_doubt, at) == (1, 0, [])
    assert Prediction.objects.get().provenance == LIVE

    other = MatchFactory(kickoff_at=planned, home_team__name="Corby")
    past = clock.now() - timedelta(hours=3)
    move(other, past, source="football-data", trusted=False)
    move(other, past, source="admin")  # the operator confirms it
    assert from_file(other, past + timedelta(hours=1)) == (1, 1, [])


def test_a_row_before_both_kickoffs_in_doubt_is_archive_and_one_after_both_is_hindsight(
    in_doubt, time_machine
):
    assert from_file(in_doubt, in_doubt.lock_at - timedelta(microseconds=1)) == (1, 0, [])
    assert Prediction.objects.get().provenance == ARCHIVE

    began = clock.now() - timedelta(hours=5)
    time_machine.move_to(began - timedelta(hours=1))
    other = MatchFactory(kickoff_at=began, home_team__name="Corby")
    move(other, began - timedelta(hours=3), source="football-data", trusted=False)  # nobody decided yet
    time_machine.move_to(began + timedelta(hours=5))
    assert from_file(other, began - timedelta(microseconds=1))[0] == 0
    assert from_file(other, began) == (1, 1, [])


def test_a_result_ends_the_doubt_for_rows_in_hindsight_too(in_doubt):
    record(in_doubt, 2, 1)

    assert from_file(in_doubt, in_doubt.lock_at + timedelta(hours=2)) == (1, 1, [])


WITHOUT_KICKOFF = [
    ("postponed", "but the match is postponed: record its new kickoff, then import the row again"),
    ("cancelled", "the match is cancelled and accepts no predictions dated after its kickoff"),
]


@pytest.mark.parametrize("hindsight", [True, False])
@pytest.mark.parametrize(("status", "expected"), WITHOUT_KICKOFF)
def test_hindsight_is_refused_for_a_match_not_played_at_its_kickoff(match, status, expected, hindsight):
    record(match, status=status)

    (stored, _, (reason,)) = from_file(match, match.lock_at + timedelta(days=1), hindsight=hindsight)

    assert stored == 0
    assert reason.endswith(expected)


def annul(match: Match) -> None:
    record(match, status="cancelled")


def postpone(match: Match) -> None:
    record(match, status="scheduled")
    record(match, status="postponed")


def doubt(match: Match) -> None:
    record(match, status="scheduled")
    move(match, clock.now() + timedelta(minutes=30), source="football-data", trusted=False)


@pytest.mark.parametrize("hindsight", [True, False])
@pytest.mark.parametrize("change", [annul, postpone, doubt])
def test_a_stored_hindsight_row_is_unchanged_after_its_match_was_annulled(match, change, hindsight):
    at = match.lock_at + timedelta(hours=2)
    record(match, 2, 1)
    assert from_file(match, at) == (1, 1, [])
    change(match)

    again = [row(1, match, oracle(), predicted_at=at), row(2, match, oracle(), (3, 3), predicted_at=at)]
    (chunk,) = import_predictions(again, provenance=None, hindsight=hindsight)

    assert (chunk.stored, chunk.unchanged) == (0, 1)
    assert [each.number for each in chunk.refused] == [2]


def test_a_prediction_of_a_postponed_match_is_archive_by_its_new_kickoff(match):
    at = match.lock_at + timedelta(days=1)
    record(match, status="postponed")
    move(match, match.kickoff_at + timedelta(days=9), reschedule=True)

    assert from_file(match, at) == (1, 0, [])
    assert Prediction.objects.get().provenance == ARCHIVE


@pytest.mark.parametrize("provenance", ["archive", "hindsight"])
def test_the_database_refuses_any_label_between_the_kickoffs_in_doubt(in_doubt, provenance):
    at = in_doubt.lock_at + timedelta(hours=1)
    refused = rf"match {in_doubt.pk} has its kickoff in doubt \(.* or .*\): predictions made between"

    with pytest.raises(IntegrityError, match=refused), transaction.atomic():
        predict(in_doubt, oracle(), (1, 0), provenance=provenance, predicted_at=at)


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_the_database_refuses_hindsight_on_a_match_without_a_kickoff(match, status):
    record(match, status=status)

    refused = f"match {match.pk} is {status}: predictions made at or after its lock .* are refused"

    with pytest.raises(IntegrityError, match=refused), transaction.atomic():
        predict(match, oracle(), (1, 0), provenance="hindsight")


@pytest.mark.parametrize(
    ("provenance", "after"),
    [
        ("archive", timedelta(0)),
        ("live", timedelta(0)),
        ("hindsight", timedelta(microseconds=-1)),
        ("hindsight", None),
    ],
)
def test_the_database_refuses_a_wrong_provenance(provenance, after):
    match = upcoming_match() if provenance == "live" else MatchFactory()
    at = None if after is None else match.lock_at + after

    with pytest.raises(IntegrityError, match="prediction-hindsight"), transaction.atomic():
        Prediction.objects.create(
            match=match,
            forecaster=oracle(),
            home_goals=1,
            away_goals=0,
            provenance=provenance,
            predicted_at=at,
        )


def test_a_kickoff_may_move_after_a_live_prediction_superseded_one_in_hindsight():
    match = upcoming_match()
    move(match, clock.now() - timedelta(days=1))
    predict(match, oracle(), (1, 0), provenance="hindsight")
    move(match, clock.now() + timedelta(days=1))
    predict(match, oracle(), (3, 3), provenance=LIVE)

    for ago, expected in ((timedelta(hours=3), "hindsight"), (timedelta(days=-2), LIVE)):
        move(match, clock.now() - ago)
        assert Prediction.objects.current().get().provenance == expected


# --- As submitted row by row -------------------------------------------------------------------------------

GOALS = st.one_of(st.none(), st.integers(-1, 31))
CHANCES = st.sampled_from(
    [
        (None, None, None),
        (0.5, 0.3, 0.2),
        (0.2, 0.3, 0.5),
        (0.3334, 0.3334, 0.3334),
        (0.5, 0.5, 0.01),
        (NAN, 0.5, 0.5),
        (1e-05, 0.5, 0.49999),
        (1.0, 0.0, -0.0),
        (0.5, None, 0.5),
        (1.1, 0.0, -0.1),
    ]
)
FORECASTS = st.tuples(st.integers(0, 2), st.integers(0, 2), GOALS, GOALS, CHANCES)


def submitted(rows: Sequence[ImportRow]) -> set[int]:
    """Row by row through the service; the numbers of those that the database refused."""
    refused = set()
    for each in rows:
        new = predictions.NewPrediction(**{k: v for k, v in each._asdict().items() if k != "number"})
        try:
            with transaction.atomic():
                predictions.submit_predictions([new], provenance=ARCHIVE, now=clock.now())
                connection.check_constraints()
        except IntegrityError:
            refused.add(each.number)
    return refused


@examples(60)
@given(
    said=st.lists(FORECASTS, max_size=8, unique_by=lambda each: each[:2]),
    before=st.lists(FORECASTS, max_size=4),
    chunk=st.integers(1, 9),
)
def test_an_import_stores_the_same_as_submitting_row_by_row(said, before, chunk):
    games, cast = [MatchFactory(), upcoming_match()], [oracle(), coin(), homer()]
    ids, who = [*(each.pk for each in games), 2**40], [each.pk for each in cast]

    def rows(forecasts):
        return [
            ImportRow(number, ids[game], who[teller], home, away, *chances)
            for number, (game, teller, home, away, chances) in enumerate(forecasts)
        ]

    submitted(rows(before))
    held = {(p.match_id, p.forecaster_id) for p in Prediction.objects.current()}
    with transaction.atomic():
        refused, results = submitted(rows(said)), current()
        transaction.set_rollback(True)

    ours = imported(*rows(said), chunk=chunk)[2]

    assert current() == results
    repeats = {n for n in refused - set(ours) if (said[n][0], said[n][1]) in {(0, i) for i in range(3)}}
    assert refused == set(ours) | repeats, "a locked match takes no repetition; an import leaves it alone"
    assert held <= {(p.match_id, p.forecaster_id) for p in Prediction.objects.all()}


# --- The lock, for statements of many rows -----------------------------------------------------------------

COPY = (
    "COPY matches_prediction"
    " (match_id, forecaster_id, home_goals, away_goals, provenance, rationale{more}) FROM STDIN"
)


def copied(match: Match, provenance: str, **more: object) -> None:
    cast = [oracle(), coin()]  # while it copies, a connection answers no other question
    statement = COPY.format(more="".join(f", {column}" for column in more))
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for who in cast:
            copy.write_row((match.pk, who.pk, 1, 0, provenance, "", *more.values()))


@pytest.mark.parametrize("said", [{"submitted_at": datetime(2020, 1, 1, tzinfo=UTC)}, {"late": True}])
def test_copy_cannot_set_columns_that_the_database_sets(said):
    refused = "prediction-stamped|prediction_late_does_not_count"
    with pytest.raises(IntegrityError, match=refused), transaction.atomic():
        copied(upcoming_match(), LIVE, **said)


def test_copied_rows_get_a_time_and_respect_the_lock(match):
    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        copied(match, LIVE)
    assert not Prediction.objects.exists()

    copied(upcoming_match(), LIVE)

    stored = Prediction.objects.all()
    assert {each.late for each in stored} == {False}
    assert all(clock.now() - each.submitted_at < timedelta(seconds=5) for each in stored)


def test_one_locked_match_refuses_the_whole_statement(match):
    ahead = upcoming_match()
    rows = [
        Prediction(
            match=each,
            forecaster=oracle(),
            home_goals=1,
            away_goals=0,
            provenance=LIVE,
        )
        for each in (ahead, match)
    ]

    with pytest.raises(IntegrityError, match=f"prediction-locked: match {match.pk}"), transaction.atomic():
        Prediction.objects.bulk_create(rows)

    assert not Prediction.objects.exists()


def test_a_lock_moved_after_many_rows_still_decides_which_are_late():
    ahead = upcoming_match()
    imported(*(row(n, ahead, who) for n, who in enumerate((oracle(), coin()))), provenance=LIVE)
    imported(row(3, ahead, homer()), provenance=LIVE)
    last = Prediction.objects.order_by("-submitted_at").first()

    move(ahead, last.submitted_at)

    assert list(Prediction.objects.filter(late=True)) == [last]
