"""Which match an unknown id means: by teams, kickoff and round. Duplicates and guesses are refused."""

from datetime import timedelta

import pytest

from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.match_linker import link_by_teams
from matches.feeds.sync.match_search import Listing, Unclear
from matches.models import Match, MatchSource
from matches.result import Result
from tests.factories import MatchFactory, SeasonFactory, TeamFactory, record
from tests.matches.feeds.providers.documents import KICKOFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("teams")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ours(**more: object) -> Match:
    values = {"kickoff_at": KICKOFF, "matchday": 7, "round_label": "Matchday 7", **more}
    return MatchFactory(**values)


def said(external_id: str = "1", **more: object) -> FeedMatch:
    values = {
        "external_id": external_id,
        "round_label": "Matchday 7",
        "matchday": 7,
        "kickoff_at": KICKOFF,
        "home": "Ashford",
        "away": "Barrow",
        "result": Result(status="scheduled"),
    }
    return FeedMatch(**{**values, **more})


def linked(word: FeedMatch, *others: FeedMatch, listed: tuple[str, ...] = (), **more: bool) -> MatchSource:
    """The link of this row, whose source lists the others and these ids as well."""
    home, away = TeamFactory(name=word.home), TeamFactory(name=word.away)
    listing = Listing("feed", [word, *others], faulty=listed, **{"is_whole": True, **more})
    return link_by_teams(word, home, away, listing=listing, season=SeasonFactory())


def unclear(word: FeedMatch, *others: FeedMatch, **more: object) -> str:
    before = Match.objects.count()
    with pytest.raises(Unclear) as refusal:
        linked(word, *others, **more)
    assert Match.objects.count() == before
    return str(refusal.value)


def test_a_match_that_nobody_has_is_added_with_its_source():
    found = linked(said(neutral=True))

    match = Match.objects.get()
    assert (found.match, found.added) == (match, True)
    assert (match.kickoff_at, match.lock_at, match.round_label) == (KICKOFF, KICKOFF, "Matchday 7")
    assert (match.matchday, match.neutral, match.status) == (7, True, "scheduled")


def test_a_match_that_we_have_is_linked_and_not_added_again():
    match = ours()

    found = linked(said())

    assert (found.match, found.added) == (match, False)


@pytest.mark.parametrize("apart", [timedelta(0), HOUR, DAY, -DAY])
def test_near_in_time_it_is_the_same_match_whatever_its_round_is_called(apart):
    match = ours()

    found = linked(said(kickoff_at=KICKOFF + apart, round_label="7. Runde", matchday=None))

    assert found.match == match


def test_sides_that_are_the_other_way_round_are_the_same_match_flipped():
    match = ours(neutral=True)

    found = linked(said(home="Barrow", away="Ashford"))

    assert (found.match, found.flipped) == (match, True)


def test_the_return_match_is_another_one():
    ours()

    later = {"kickoff_at": KICKOFF + 60 * DAY, "matchday": 24, "round_label": "Matchday 24"}
    found = linked(said(home="Barrow", away="Ashford", **later))

    assert found.added
    assert not found.flipped


def test_an_id_that_was_made_anew_is_linked_to_the_same_match():
    first = linked(said("old"))

    again = linked(said("new"))

    assert (again.added, again.match) == (False, first.match)
    assert Match.objects.count() == 1
    assert set(MatchSource.objects.values_list("external_id", flat=True)) == {"old", "new"}


def test_a_match_that_is_listed_twice_is_no_twin():
    first = linked(said("one"))

    text = unclear(said("two"), listed=("one",))

    assert f"match {first.match_id} (Ashford - Barrow" in text
    assert "known as one" in text
    assert "If it is the same match, use one id for it; if not, correct the kickoff." in text


def test_a_kickoff_that_moved_far_is_found_by_its_matchday():
    match = ours()

    found = linked(said(kickoff_at=KICKOFF + 50 * DAY))

    assert found.match == match


def test_another_matchday_is_another_match_of_the_same_two():
    ours()

    assert linked(said(kickoff_at=KICKOFF + 50 * DAY, matchday=34, round_label="Matchday 34")).added


def test_without_a_matchday_a_far_kickoff_could_be_either_so_it_is_neither():
    match = ours()

    text = unclear(said(kickoff_at=KICKOFF + 50 * DAY, matchday=None, round_label="Nachholspiel"))

    assert f"it could be match {match.pk}" in text
    assert "in the admin" in text


def test_a_match_that_is_over_is_not_taken_for_one_far_away():
    record(ours(), 2, 1)

    assert linked(said(kickoff_at=KICKOFF + 50 * DAY, matchday=None, round_label="Last 16")).added


def test_another_id_of_the_source_in_the_same_round_is_another_match():
    linked(said("one"))

    second = linked(said("two", kickoff_at=KICKOFF + 9 * DAY), listed=("one",))

    assert (second.added, second.match.game) == (True, 2)


def test_the_replay_of_an_abandoned_match_is_a_match_of_its_own():
    record(ours(), status="abandoned")

    found = linked(said("replay", kickoff_at=KICKOFF + 50 * DAY))

    assert found.added
    assert Match.objects.filter(round_label="Matchday 7").count() == 2


def test_an_abandoned_match_and_its_replay_on_the_next_day_are_told_apart():
    abandoned = ours()
    record(abandoned, status="abandoned")
    replay = ours(kickoff_at=KICKOFF + DAY)

    assert linked(said("played", kickoff_at=KICKOFF + DAY)).match == replay
    stopped = said("stopped", result=Result(status="abandoned"))
    assert linked(stopped, listed=("played",)).match == abandoned


@pytest.mark.parametrize("days", [-400, 400])
def test_a_match_of_another_year_is_not_added_to_this_season(days):
    assert "Correct the date or the season" in unclear(said(kickoff_at=KICKOFF + days * DAY))


def test_two_names_of_one_team_are_no_match():
    team = TeamFactory(name="Ashford")

    with pytest.raises(Unclear, match="Ashford and Barrow are both known as Ashford"):
        link_by_teams(said(), team, team, listing=Listing("feed", [], is_whole=True), season=SeasonFactory())


def test_a_row_with_one_team_twice_is_no_match():
    with pytest.raises(Unclear, match="home and away are the same team, Ashford; correct one of them"):
        linked(said(away="Ashford"))
