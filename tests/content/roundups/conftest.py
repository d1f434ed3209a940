"""A short season to write about."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from content.roundups import generate, services
from content.roundups.facts import Facts, gather
from content.roundups.generate import RenderedArticle
from matches.models import Match
from tests.factories import KICKOFF, MatchFactory, TeamFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

# A result, and what the Oracle, the Homer and the Coin had picked.
Played = tuple[tuple[int, int], Sequence[tuple[int, int] | None]]
TEAMS = ("Ashford", "Barrow", "Corley", "Denby")


def play(match: Match, score: tuple[int, int], picks: Sequence[tuple[int, int] | None] = ()) -> Match:
    """Predict, record, score and count one match; its roundup is not written."""
    for forecaster, pick in zip((oracle, homer, coin), picks, strict=False):
        if pick is not None:
            predict(match, forecaster(), pick)
    record(match, *score)
    count()
    return match


def play_blanks(weeks: int = 4) -> None:
    """Weeks before the first one in which the Oracle, the Homer and the Coin score nothing.

    After them, the board has enough matches for a leader.
    """
    teams = {"home_team": TeamFactory(name="Denby"), "away_team": TeamFactory(name="Elton")}
    for number in range(weeks):
        kickoff_at = KICKOFF - timedelta(days=7 * number)
        match = MatchFactory(kickoff_at=kickoff_at, round_label=f"Opening {weeks - number}", **teams)
        play(match, (0, 0), [(0, 1), (0, 1), (0, 1)])


def count() -> None:
    run_waiting("score_match", "refresh_views")


def week(number: int, home: str = "Ashford", away: str = "Barrow", **more: object) -> Match:
    """The match of that week of the season."""
    teams = {"home_team": TeamFactory(name=home), "away_team": TeamFactory(name=away)}
    kickoff_at = KICKOFF + timedelta(days=7 * number)
    return MatchFactory(matchday=number, kickoff_at=kickoff_at, **teams, **more)


def publish(match: Match, *, writer: str = "template", force: bool = False) -> Roundup | None:
    draft = services.draft(match.pk, writer=writer, rewrite=force)
    return services.publish(draft, at=timezone.now(), force=force)


def tell(match: Match) -> tuple[Facts, RenderedArticle]:
    facts = gather(match.pk)
    return facts, generate.article_of(facts, writer="template")


def names(group: Facts | None) -> list[str]:
    """The names in a group of forecasters."""
    return [person["name"] for person in group["people"]] if group else []


@pytest.fixture
def match(db) -> Match:
    """Ashford 2-1 Barrow; the Oracle had 2-1, the Homer 1-0, the Coin 1-1. Counted, not written."""
    match = week(1)
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0), (0.8, 0.15, 0.05))
    predict(match, coin(), (1, 1), (0.3, 0.4, 0.3))
    return play(match, (2, 1))
