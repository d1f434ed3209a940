"""A source that gives a league match to the other ground: its sides are swapped, or an operator is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matches.models import FeedProblem, GroundMove, Match, MatchSource
from matches.result import score_text
from matches.services.grounds import SidesKept, move_ground
from tests.factories import MatchFactory, StageFactory, missed_question, oracle, predict, record
from tests.fixtures.feeds import BEFORE, OVER, the_match
from tests.matches.feeds.providers.documents import KICKOFF, Told

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = Told()
RETURN = Told(number=2, home="Barrow", away="Ashford", kickoff_at=KICKOFF + 60 * DAY, matchday=24)


def swapped(told: Told, **more: object) -> Told:
    return replace(told, home=told.away, away=told.home, **more)


def sides() -> dict[int, str]:
    """Home and away team of each match, by matchday."""
    matches = Match.objects.select_related("home_team", "away_team")
    return {match.matchday: f"{match.home_team} - {match.away_team}" for match in matches}


def problems() -> dict[str, str]:
    return dict(FeedProblem.objects.filter(ended_at=None).values_list("about", "text"))


def test_two_matches_that_exchange_their_grounds_are_swapped(subscribe, says):
    subscribed = subscribe()
    says(subscribed, FIRST, RETURN)

    done = says(subscribed, swapped(FIRST), swapped(RETURN)).done

    assert done == {"swapped": 2}
    assert sides() == {7: "Barrow - Ashford", 24: "Ashford - Barrow"}
    assert problems() == {}
    moves = GroundMove.objects.order_by("match__matchday")
    assert [(move.home_team.name, move.source, move.moved_at) for move in moves] == [
        ("Barrow", "football-data", BEFORE),
        ("Ashford", "football-data", BEFORE),
    ]


def test_results_after_the_swap_are_those_of_the_right_teams(subscribe, says):
    subscribed = subscribe()
    says(subscribed, FIRST)
    says(subscribed, swapped(FIRST))

    says(subscribed, swapped(FIRST, status="finished", ninety=(3, 0)), at=OVER)

    assert sides() == {7: "Barrow - Ashford"}
    assert score_text(the_match()) == "3-0"


def test_a_swap_with_the_result_is_both(subscribe, says):
    subscribed = subscribe()
    says(subscribed, FIRST)

    done = says(subscribed, swapped(FIRST, status="finished", ninety=(3, 0)), at=OVER).done

    assert done == {"swapped": 1, "recorded": 1}
    assert score_text(the_match()) == "3-0"


def test_a_match_with_predictions_keeps_its_sides_and_an_operator_is_told(subscribe, says):
    subscribed = subscribe()
    says(subscribed, FIRST, RETURN)
    match = Match.objects.get(matchday=7)
    predict(match, oracle(), (2, 1))

    done = says(subscribed, swapped(FIRST), swapped(RETURN)).done

    assert done == {"noted": 1, "swapped": 1}
    assert sides() == {7: "Ashford - Barrow", 24: "Ashford - Barrow"}
    assert (
        f"Reported as Barrow - Ashford; match {match.pk} is recorded as Ashford - Barrow" in problems()["1"]
    )


def test_the_problem_lasts_and_the_goals_are_those_of_the_right_teams(subscribe, says):
    subscribed = subscribe()
    says(subscribed, FIRST)
    predict(the_match(), oracle(), (2, 1))

    over = {"status": "finished", "ninety": (3, 0)}
    for at, told in ((BEFORE, {}), (OVER, over), (OVER + DAY, over)):
        says(subscribed, swapped(FIRST, **told), at=at)
        assert problems().keys() == {"1"}

    assert score_text(the_match()) == "0-3"
    assert FeedProblem.objects.get().times == 3


def test_a_dismissed_problem_about_sides_stays_dismissed(subscribe, says):
    subscribed = subscribe()
    says(subscribed, FIRST)
    predict(the_match(), oracle(), (2, 1))
    says(subscribed, swapped(FIRST))
    FeedProblem.objects.update(dismissed_at=BEFORE)

    assert says(subscribed, swapped(FIRST), at=BEFORE + HOUR).problems == {}


def test_a_source_that_takes_the_other_ground_back_ends_the_problem(subscribe, says):
    subscribed = subscribe()
    says(subscribed, FIRST)
    predict(the_match(), oracle(), (2, 1))
    says(subscribed, swapped(FIRST))

    says(subscribed, FIRST)

    assert problems() == {}
    assert not MatchSource.objects.get().flipped


def test_a_ground_moves_once_all_feeds_say_so(subscribe, says):
    alpha, beta = subscribe("football-data"), subscribe("openligadb")
    says(alpha, FIRST)
    says(beta, FIRST)

    says(alpha, swapped(FIRST))
    assert sides() == {7: "Ashford - Barrow"}
    assert "another source lists them" in problems()["1"]

    says(beta, swapped(FIRST))
    says(alpha, swapped(FIRST))
    assert sides() == {7: "Barrow - Ashford"}
    assert problems() == {}
    assert not MatchSource.objects.filter(flipped=True).exists()


def test_a_new_source_with_the_other_ground_moves_nothing(subscribe, says):
    MatchFactory(kickoff_at=KICKOFF, matchday=7)

    says(subscribe(), swapped(FIRST))

    assert sides() == {7: "Ashford - Barrow"}
    assert problems().keys() == {"1"}


def test_ids_made_of_the_teams_are_followed(subscribe, says):
    subscribed = subscribe("openfootball")
    says(subscribed, FIRST, RETURN)

    done = says(subscribed, swapped(FIRST), swapped(RETURN)).done

    assert done == {"linked": 2, "swapped": 2}
    assert sides() == {7: "Barrow - Ashford", 24: "Ashford - Barrow"}


@pytest.mark.parametrize("place", [{"neutral": True}, {"kind": "knockout"}, {"kind": "friendly"}])
def test_without_a_home_ground_either_team_may_be_listed_first(subscribe, says, place):
    stage = StageFactory(kind=place.get("kind", "league"))
    match = MatchFactory(kickoff_at=KICKOFF, matchday=7, stage=stage, neutral="neutral" in place)
    predict(match, oracle(), (2, 1))
    subscribed = subscribe()
    says(subscribed, FIRST)

    says(subscribed, swapped(FIRST))

    assert sides() == {7: "Ashford - Barrow"}
    assert problems() == {}
    assert MatchSource.objects.get().flipped


@pytest.mark.parametrize("kind", ["knockout", "unknown", "groups"])
def test_a_match_of_any_kind_of_stage_moves_while_nothing_refers_to_its_sides(subscribe, says, kind):
    MatchFactory(kickoff_at=KICKOFF, matchday=7, stage=StageFactory(kind=kind))
    subscribed = subscribe()
    says(subscribed, FIRST)

    assert says(subscribed, swapped(FIRST)).done == {"swapped": 1}


@pytest.mark.parametrize("place", [{"leg": 1, "kind": "knockout"}, {"kind": "unknown"}, {"kind": "groups"}])
def test_elsewhere_the_other_ground_is_a_problem(subscribe, says, place):
    stage = StageFactory(kind=place["kind"])
    match = MatchFactory(kickoff_at=KICKOFF, matchday=7, stage=stage, leg=place.get("leg"))
    predict(match, oracle(), (2, 1))
    subscribed = subscribe()
    says(subscribed, FIRST)

    says(subscribed, swapped(FIRST))

    assert problems().keys() == {"1"}


# --- The service ------------------------------------------------------------------------------------------


def moved(match: Match) -> GroundMove:
    return move_ground(match_id=match.pk, source="test", moved_at=timezone.now())


def test_the_ids_of_other_sources_are_turned():
    match = MatchFactory()
    MatchSource.objects.create(match=match, source="straight", external_id="1")
    MatchSource.objects.create(match=match, source="mirror", external_id="2", flipped=True)

    moved(match)

    assert dict(MatchSource.objects.values_list("source", "flipped")) == {"straight": True, "mirror": False}


@pytest.mark.parametrize("fact", [missed_question, lambda match: record(match, 2, 1)])
def test_a_match_that_something_refers_to_keeps_its_sides(fact):
    match = MatchFactory()
    fact(match)

    with pytest.raises(SidesKept):
        moved(match)


def test_a_result_that_was_withdrawn_keeps_the_sides():
    match = MatchFactory()
    record(match, 2, 1)
    record(match, status="scheduled")

    with pytest.raises(SidesKept, match="A result was recorded"):
        moved(match)


def test_two_legs_under_one_label_exchange_their_grounds():
    legs = {"matchday": None, "round_label": "Semi-final"}
    first = MatchFactory(**legs)
    second = MatchFactory(**legs, home_team=first.away_team, away_team=first.home_team)

    moved(first)
    moved(second)

    assert sorted(Match.objects.values_list("home_team__name", "game")) == [("Ashford", 1), ("Barrow", 2)]


def test_a_ground_move_is_never_changed():
    move = moved(MatchFactory())

    with pytest.raises(IntegrityError, match="ground-move-append-only"), transaction.atomic():
        move.delete()
