"""A small site to look at: one match with a result, one to come, a roundup, and what a page must have."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from content.models import Roundup
from matches.models import Forecaster, Match
from tests.factories import (
    KICKOFF,
    MatchFactory,
    TeamFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
    upcoming_match,
)
from tests.pipeline_helpers import run_waiting

BODY = "<p>Ashford beat Barrow 2-1, and <strong>The Oracle</strong> had said so.</p>"


def count_results() -> None:
    """Score what was recorded and refresh the boards; the roundups of these tests are written by hand."""
    run_waiting("score_match")
    run_waiting("refresh_views")


def write_roundup(match: Match, **more: object) -> Roundup:
    """A roundup of the match's current settlement, as the writer would have stored it."""
    now = timezone.now()
    fields = {
        "version": 1,
        "result_version": match.result_version,
        "settlement_id": match.settlements.get(superseded_at__isnull=True).pk,
        "title": "The Oracle had it",
        "summary": "One forecaster named the score.",
        "body": "Ashford beat Barrow 2-1.",
        "body_html": BODY,
        "facts": {},
        "writer": "template",
        "checks": {"numbers": 3},
        "written_at": now,
        "published_at": now,
    }
    return Roundup.objects.create(match=match, **(fields | more))


@dataclass(frozen=True)
class Site:
    """What the site is about."""

    played: Match
    to_come: Match
    roundup: Roundup
    forecaster: Forecaster

    @property
    def paths(self) -> list[str]:
        """Every page there is."""
        competition = self.played.season.competition
        return [
            *["/", "/leaderboard/", "/matches/", "/competitions/", "/forecasters/", "/roundups/"],
            *[
                "/corrections/",
                "/methodology/",
                "/calibration/",
                "/robustness/",
                "/compare/",
                "/compare/?a=the-oracle&b=the-coin",
                "/season-forecasts/backtest/",
                "/status/",
                f"/leaderboard/?season={self.played.season_id}&ordering=rps",
            ],
            *["/api/docs/", "/api/docs/guide/"],
            *["/teams/", f"/teams/?season={self.played.season_id}", "/search/", "/search/?q=ashford"],
            f"{competition.get_absolute_url()}rounds/",
            self.played.home_team.get_absolute_url(),
            self.to_come.home_team.get_absolute_url(),
            f"/matches/?from={self.played.kickoff_at:%Y-%m-%d}&to={self.played.kickoff_at:%Y-%m-%d}",
            self.played.get_absolute_url(),
            self.to_come.get_absolute_url(),
            competition.get_absolute_url(),
            self.forecaster.get_absolute_url(),
            self.roundup.get_absolute_url(),
        ]


def build_site() -> Site:
    """Ashford 2-1 Barrow, seen by the Oracle; Corby against Derby tomorrow, predicted in secret."""
    played = MatchFactory()
    predict(played, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(played, homer(), (1, 0))
    predict(played, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    record(played, 2, 1)
    count_results()
    played.refresh_from_db()
    to_come = upcoming_match(home_team=TeamFactory(name="Corby"), away_team=TeamFactory(name="Derby"))
    predict(to_come, oracle(), (7, 5), (0.811, 0.123, 0.066), provenance="live")
    return Site(played, to_come, write_roundup(played), oracle())


@pytest.fixture
def site(db) -> Site:
    return build_site()


@dataclass(frozen=True)
class Seen:
    """A page as somebody read it."""

    status: int
    html: str

    @property
    def text(self) -> str:
        """What is to be read on it, with single spaces."""
        body = re.sub(r"<head>.*?</head>", " ", self.html, flags=re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def see(client: Client):
    """Open a page: `see("/leaderboard/").text`."""

    def open_page(path: str) -> Seen:
        response = client.get(path)
        return Seen(response.status_code, response.content.decode())

    return open_page


__all__ = ["KICKOFF", "Seen", "Site", "build_site", "count_results", "write_roundup"]
