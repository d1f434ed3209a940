"""Form and streaks, kept letter by letter, are what all the scores say: in any order, after any change."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import Phase, given
from hypothesis import strategies as st

from matches.models import Match
from scoring import services as scoring
from scoring.models import Score, Settlement
from stats.models import FormPeriod, Tally
from stats.refresh.transaction import refresh_statistics
from stats.tallies import fold
from tests.example_counts import examples
from tests.factories import (
    KICKOFF,
    MatchFactory,
    TeamFactory,
    homer,
    move,
    oracle,
    predict,
    predicted_live,
    record,
)

pytestmark = pytest.mark.django_db

TEAMS = ("Ashford", "Barrow", "Carlton", "Dunmore")
NUMBERS = itertools.count(1)


def played(day: int, home: int, away: int, pick: tuple[int, int], *, live: bool = False) -> Match:
    """A match so many days after the first, picked by the Oracle, settled and not yet counted."""
    number = next(NUMBERS)
    match = MatchFactory(
        kickoff_at=KICKOFF + timedelta(days=day),
        home_team=TeamFactory(name=TEAMS[number % 4]),
        away_team=TeamFactory(name=TEAMS[(number + 1) % 4]),
        round_label=f"R{number}",
    )
    (predicted_live if live else predict)(match, oracle(), pick)
    result(match, home, away)
    return match


def result(match: Match, home: int, away: int) -> None:
    record(match, home, away)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())


def count() -> None:
    refresh_statistics(at=timezone.now())


def form(scope: str = "overall", provenance: str = "archive") -> tuple[str, int, int]:
    row = Tally.objects.get(scope=scope, forecaster=oracle(), provenance=provenance)
    return row.form, row.current_streak, row.best_streak


# --- One step at a time -----------------------------------------------------------------------------


def test_a_letter_is_put_behind_the_last_one():
    for day, pick in enumerate([(2, 1), (1, 0), (3, 1), (0, 0)]):
        played(day, 2, 1, pick)
        count()

    assert form() == ("EDT-", 0, 3)
    assert Tally.objects.get(scope="overall").letters == "EDT-"


def test_results_of_ten_days_counted_at_once_come_in_the_order_of_their_kickoffs():
    days = [3, 1, 4, 0, 5, 9, 2, 6]
    for day in days:
        played(day, 1, 0, (1, 0) if day % 3 else (0, 1))
    count()

    assert form() == ("-EE--", 0, 2)


def test_a_match_settled_late_takes_its_place_between_the_others():
    for day in (0, 2, 4):
        played(day, 1, 0, (1, 0))
        count()
    played(1, 1, 0, (0, 1))
    count()

    assert form() == ("E-EE", 2, 2)


def test_a_new_month_goes_on_from_the_one_before():
    for day in (0, 1, 40, 41):
        played(day, 1, 0, (1, 0))
        count()

    overall = Tally.objects.get(scope="overall")
    assert (overall.letters, overall.streak_before) == ("EE", 2)
    assert FormPeriod.objects.get(scope="overall").letters == "EE"
    assert form() == ("EEEE", 4, 4)


def test_a_correction_in_a_month_that_is_over_breaks_the_streak_of_today():
    first = played(0, 1, 0, (1, 0))
    for day in (1, 40, 80):
        played(day, 1, 0, (1, 0))
        count()
    assert form() == ("EEEE", 4, 4)

    result(first, 0, 1)
    count()

    assert form() == ("-EEE", 3, 3)
    assert fold.stored() == fold.recount()


def test_a_kickoff_that_moves_to_another_month_takes_its_letter_along():
    missed = played(0, 1, 0, (0, 1))
    for day in (40, 41, 80):
        played(day, 1, 0, (1, 0))
    count()
    assert form() == ("-EEE", 3, 3)

    move(missed, KICKOFF + timedelta(days=60))
    count()

    assert form() == ("EE-E", 1, 2)
    assert fold.stored() == fold.recount()


def test_a_match_that_becomes_void_leaves_no_letter():
    for day in (0, 1):
        played(day, 1, 0, (1, 0))
    void = played(2, 1, 0, (0, 1))
    count()
    record(void, status="abandoned")
    scoring.score_match(match_id=void.pk, settled_at=timezone.now())
    count()

    assert form() == ("EE", 2, 2)


def test_live_and_archive_letters_are_kept_apart_and_together():
    played(0, 1, 0, (1, 0))
    count()
    assert not Tally.objects.filter(provenance="all").exists(), "one kind of predictions needs one tally"

    played(1, 1, 0, (0, 1), live=True)
    played(2, 1, 0, (1, 0), live=True)
    count()

    assert form(provenance="archive") == ("E", 1, 1)
    assert form(provenance="live") == ("-E", 1, 1)
    assert form(provenance="all") == ("E-E", 1, 1)
    assert fold.stored() == fold.recount()


# --- Any history --------------------------------------------------------------------------------------

OUTCOMES = st.sampled_from([(1, 0), (2, 1), (0, 0), (0, 1)])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("play"), st.integers(0, 100), OUTCOMES, st.booleans()),
        st.tuples(st.just("correct"), st.integers(0, 9), OUTCOMES),
        st.tuples(st.just("void"), st.integers(0, 9)),
        st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 100)),
        st.tuples(st.just("count")),
    ),
    min_size=2,
    max_size=16,
)


@examples(20, phases=(Phase.explicit, Phase.generate))
@given(STEPS)
def test_form_equals_the_letters_of_all_scores_after_any_history(steps):
    """Matches in any order, corrected, voided, moved from month to month, live and archive."""
    matches: list[Match] = []
    for what, *more in steps:
        if what == "play":
            day, outcome, live = more
            matches.append(played(day, *outcome, (1, 0), live=live))
            predict(matches[-1], homer(), (2, 1))
            scoring.score_match(match_id=matches[-1].pk, settled_at=timezone.now())
        elif what == "count":
            count()
        elif matches:
            change(matches[more[0] % len(matches)], what, *more[1:])
    count()

    said = {
        (row.scope, row.scope_id, row.forecaster_id, row.provenance): (
            row.form,
            row.current_streak,
            row.best_streak,
        )
        for row in Tally.objects.filter(matches__gt=0)
    }
    for board, expected in in_python().items():
        assert said[board] == expected, board
    assert fold.stored() == fold.recount()
    assert not Tally.objects.filter(disturbed=True).exists()
    forget()


def change(match: Match, what: str, *more: object) -> None:
    match.refresh_from_db()
    if what == "correct":
        result(match, *more[0])
    elif what == "void":
        record(match, status="abandoned")
        scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    else:
        move(match, KICKOFF + timedelta(days=more[0]))
        scoring.score_match(match_id=match.pk, settled_at=timezone.now())


def in_python() -> dict[tuple[str, int, int, str], tuple[str, int, int]]:
    """Form, current and best streak of every board, from the scores."""
    first = dict(Settlement.objects.filter(number=1).values_list("match_id", "settled_at"))
    scores = Score.objects.select_related("prediction__match__season")
    runs: dict[tuple[str, int, int, str], str] = {}
    for score in sorted(
        scores,
        key=lambda each: (
            each.prediction.match.kickoff_at,
            first[each.prediction.match_id],
            each.prediction.match_id,
        ),
    ):
        prediction, match = score.prediction, score.prediction.match
        boards = [("overall", 0), ("competition", match.season.competition_id), ("season", match.season_id)]
        boards += [("team", match.home_team_id), ("team", match.away_team_id)]
        for board, made in itertools.product(boards, (prediction.provenance, "all")):
            key = (*board, prediction.forecaster_id, made)
            runs[key] = runs.get(key, "") + letter(score)
    mixed = {who for _, _, who, made in runs if made == "live"} & {
        who for _, _, who, made in runs if made == "archive"
    }
    return {
        key: (run[-5:], len(run.rsplit("-")[-1]), max(map(len, run.split("-"))))
        for key, run in runs.items()
        if key[3] != "all" or key[2] in mixed
    }


def letter(score: Score) -> str:
    if score.exact_points:
        return "E"
    if score.goal_difference_points:
        return "D"
    return "T" if score.tendency_points else "-"


def forget() -> None:
    """The next example counts from nothing: its matches have boards of their own, forecasters have not."""
    for settlement in Settlement.objects.filter(superseded_at__isnull=True):
        record(settlement.match, status="abandoned")
        scoring.score_match(match_id=settlement.match_id, settled_at=timezone.now())
    count()
