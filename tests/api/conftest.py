"""A small season with everything in it: counted, corrected, void and coming matches, ties, and roundups."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from content.models import Roundup
from matches.models import Match, Prediction, Season
from tests.factories import (
    CompetitionFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
    upcoming_match,
)
from tests.pipeline_helpers import run_waiting


@dataclass
class World:
    """What the tests know by name."""

    season: Season
    won: Match
    drawn: Match
    void: Match
    coming: Match
    roundup: Roundup


@pytest.fixture
def world(played: World, db: None) -> World:
    """The season of this file, as the database has it; what a test does to it is taken back."""
    each = {name: type(row).objects.get(pk=row.pk) for name, row in vars(played).items()}
    return World(**each)


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield play()
        transaction.set_rollback(True)


def play() -> World:
    """Ashford 2-1 Barrow, Barrow 0-0 Ashford, one match abandoned, one still to come; all counted."""
    season = SeasonFactory()
    won, drawn, void = MatchFactory(), return_match(), MatchFactory()
    coming = upcoming_match()
    for match in (won, drawn, void):
        predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
        predict(match, homer(), (1, 0))
        predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    predict(coming, oracle(), (3, 0), provenance=Prediction.Provenance.LIVE)
    record(won, 2, 1)
    record(drawn, 0, 0)
    record(void, status="abandoned")
    run_waiting("score_match", "refresh_views")
    return World(season, won, drawn, void, coming, publish(won))


def return_match(**kwargs: Any) -> Match:
    """Barrow at home."""
    return MatchFactory(home_team=TeamFactory(name="Barrow"), away_team=TeamFactory(name="Ashford"), **kwargs)


def cup() -> Season:
    """A season of another competition."""
    return SeasonFactory(competition=CompetitionFactory(slug="cup", name="The Cup"))


def publish(match: Match, *, version: int = 1, status: str = "published", reason: str = "") -> Roundup:
    """A roundup of the match, written by hand."""
    now = timezone.now()
    return Roundup.objects.create(
        match=match,
        version=version,
        result_version=match.result_version or 1,
        settlement_id=match.settlements.last().pk,
        status=status,
        title="Ashford win it late",
        summary="The Oracle saw it coming.",
        body="**Ashford** won.",
        body_html="<p><strong>Ashford</strong> won.</p>",
        facts={"home": "Ashford", "score": [2, 1]},
        writer="template",
        checks={"numbers": 2},
        supersede_reason=reason,
        written_at=now,
        published_at=now,
    )


@pytest.fixture
def get(client: Client):
    """GET a path of the API and return its JSON; any status but the one expected is an error."""

    def read(path: str, query: dict[str, Any] | str = "", *, status: int = 200) -> Any:
        if isinstance(query, str):
            response = client.get(f"/api/v1/{path}{query}")
        else:
            response = client.get(f"/api/v1/{path}", query_params=query)
        assert response.status_code == status, response.content.decode()
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
        return response.json()

    return read
