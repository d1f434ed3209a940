"""Whatever happened on the pitch, the four feeds lead to it, or to nothing; never to something else."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from matches.feeds.providers import FEEDS
from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.providers.scores import result_of
from matches.result import Result, validate
from matches.statuses import Status
from tests.matches.feeds.providers import documents
from tests.matches.feeds.providers.documents import LONDON, Score, Told

EXTRA_BEGINS, LAST = 101, 120  # minutes that cannot be added time of the second half


Goals = list[tuple[int, bool]]  # minute, and whether the home side scored


class Played(NamedTuple):
    """A match as it happened: goals of 90 minutes and of extra time, kicks of a shootout that went in."""

    goals: Goals
    extra: Goals | None = None
    kicks: tuple[bool, ...] = ()

    @property
    def ninety(self) -> Score:
        return _count(self.goals)

    @property
    def after(self) -> Score | None:
        return None if self.extra is None else _count(self.goals + self.extra)

    @property
    def shootout(self) -> Score | None:
        return _count([(0, kick) for kick in self.kicks]) if self.kicks else None

    @property
    def result(self) -> Result:
        return result_of(Status.FINISHED, self.ninety, self.after, self.shootout)

    @property
    def told(self) -> Told:
        return Told(
            status="finished",
            matchday=7 if self.extra is None else None,
            stage="LAST_16",
            ninety=self.ninety,
            after=self.after,
            shootout=self.shootout,
            goals=tuple(self.openligadb_goals()),
        )

    def openligadb_goals(self) -> list[dict]:
        goals, home, away = [], 0, 0
        in_play = [*sorted(self.goals), *sorted(self.extra or [])]
        for minute, by_home in [*in_play, *((None, kick) for kick in self.kicks)]:
            home, away = home + by_home, away + (not by_home)
            goals.append(documents.openligadb_goal(home, away, minute, penalty=minute is None))
        return goals


def _count(goals: Goals) -> Score:
    home = sum(by_home for _, by_home in goals)
    return home, len(goals) - home


@st.composite
def matches(draw, late: int = EXTRA_BEGINS) -> Played:
    """A match of a league, or a tie that was level after 90 minutes. `late`: when extra time has goals."""
    in_time = st.tuples(st.integers(1, 90), st.booleans())
    goals = draw(st.lists(in_time, max_size=6))
    if not draw(st.booleans()):
        added = st.tuples(st.integers(91, 99), st.booleans())
        return Played(goals + draw(st.lists(added, max_size=2)))
    home, away = _count(goals)
    goals += [(90, home < away)] * abs(home - away)  # level it
    extra = draw(st.lists(st.tuples(st.integers(late, LAST), st.booleans()), max_size=3))
    played = Played(goals, extra)
    if played.after is not None and played.after[0] != played.after[1]:
        return played
    winners, losers = draw(st.integers(3, 6)), draw(st.integers(0, 2))
    kicks = draw(st.permutations([True] * winners + [False] * losers))
    home_wins = draw(st.booleans())
    return played._replace(kicks=tuple(kick == home_wins for kick in kicks))


def read(name: str, document: object) -> FeedMatch:
    reading = FEEDS[name].read(document, zone=LONDON)
    assert reading.faults == []
    (match,) = reading.matches
    return match


@given(matches())
def test_three_feeds_lead_to_what_happened(played):
    for name, document in (
        ("football-data", documents.football_data([played.told])),
        ("api-football", documents.api_football([played.told])),
        ("openfootball", documents.openfootball([played.told])),
    ):
        match = read(name, document)
        assert (name, match.result, match.doubt) == (name, played.result, "")
        validate(match.result, before=Status.LIVE)


def typed_by_hand(played: Played, end: Score, *, with_extra: bool = True) -> dict:
    """OpenLigaDB's entry, whose end is whatever somebody took for it."""
    told = played.told
    results = {2: end}
    if told.after and with_extra:
        results[3] = told.after
    if told.shootout and told.total:
        results[5] = told.total
    return documents.openligadb_match(told, results)


@given(matches(), st.integers(0, 2))
def test_openligadb_leads_to_what_happened_whatever_somebody_took_for_the_end(played, which):
    told = played.told
    end = (told.ninety, told.after, told.total)[which] or told.ninety
    assert end is not None

    match = read("openligadb", [typed_by_hand(played, end)])

    assert (match.result, match.doubt) == (played.result, "")


@given(matches(late=91), st.booleans())
def test_openligadb_leads_to_what_happened_or_to_a_doubt(played, with_extra):
    """Goals between the 91st and the 100th minute may be either; what is taken must be right all the same."""
    if not with_extra and not played.kicks:
        return  # without an entry of its own nobody can see that there was extra time
    told = played.told
    assert told.total is not None

    match = read("openligadb", [typed_by_hand(played, told.total, with_extra=with_extra)])

    it, truth = match.result, played.result
    assert match.doubt or (it.home_score, it.away_score) == (truth.home_score, truth.away_score)
    assert match.doubt or (it.home_penalties, it.away_penalties) == (
        truth.home_penalties,
        truth.away_penalties,
    )
