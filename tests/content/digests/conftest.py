"""Rounds to write about."""

import re
from collections.abc import Sequence
from datetime import timedelta

from content.models import Digest
from matches.models import Match, Stage
from tests.factories import KICKOFF, MatchFactory, TeamFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

Score = tuple[int, int]
TEAMS = ("Ashford", "Barrow", "Corley", "Denby")
PAIRS = {1: ((0, 1), (2, 3)), 2: ((2, 0), (3, 1)), 3: ((0, 3), (1, 2))}


def matchday(number: int, **more: object) -> list[Match]:
    """Two matches of four teams, an hour apart."""
    teams = [TeamFactory(name=name) for name in TEAMS]
    return [
        MatchFactory(
            matchday=number,
            home_team=teams[home],
            away_team=teams[away],
            kickoff_at=KICKOFF + timedelta(days=7 * number, hours=hour),
            **more,
        )
        for hour, (home, away) in enumerate(PAIRS[number])
    ]


def play(match: Match, score: Score, picks: Sequence[Score | None] = (), **more: object) -> None:
    """Predict and record a match; the Oracle, the Homer and the Coin make the picks."""
    for forecaster, pick in zip((oracle, homer, coin), picks, strict=False):
        if pick is not None:
            predict(match, forecaster(), pick)
    record(match, *score, **more)


def publish() -> Digest:
    """Run all jobs and return the newest digest."""
    run_waiting()
    return Digest.objects.latest("pk")


def knockout() -> Stage:
    return Stage.objects.get_or_create(
        season=MatchFactory.build().season, name="Cup", kind=Stage.Kind.KNOCKOUT
    )[0]


def outside_spans(digest: Digest) -> str:
    """Return title, summary and body without the text of their spans."""
    left = []
    for name in ("title", "summary", "body"):
        text, end = getattr(digest, name), 0
        for start, stop, _address, _value in digest.spans[name]:
            left.append(text[end:start])
            end = stop
        left.append(text[end:])
    return "".join(left)


def assert_numbers_stand_in_spans(digest: Digest) -> None:
    words = r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|both|none|twice|first|second|third)\b"
    outside = outside_spans(digest).replace("No one", "").replace("no one", "")
    outside = outside.replace("share first place", "").replace(": none of", "")
    assert not (found := re.search(words, outside)), (found, outside)
