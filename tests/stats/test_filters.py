"""A filter of leaderboards is one declaration: an invented one takes effect without another line."""

from dataclasses import dataclass, field, fields

import pytest
from django.db.models import Q
from django.utils import timezone

from scoring import services as scoring
from stats.leaderboard_page import Ranking
from stats.leaderboards import DEFAULT_ORDERING, Board, Selection, board_filter
from stats.refresh.transaction import refresh_statistics
from tests.factories import MatchFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db

VALUES = {"ordering": "rps", "kind": "llm", "min_matches": 0, "provenance": "live", "form": "E"}


@dataclass(frozen=True, slots=True)
class Invented(Ranking):
    """Leaderboards with a filter by form, which no other code knows of."""

    form: str | None = board_filter(lambda form: Q(form=form) if form else Q())


@dataclass(frozen=True, slots=True)
class Forgotten(Ranking):
    """A filter that was declared without its condition."""

    form: str | None = field(default=None)


@pytest.fixture
def board():
    match = MatchFactory()
    for forecaster, pick in ((oracle(), (2, 1)), (homer(), (1, 0)), (coin(), (0, 1))):
        predict(match, forecaster, pick)
    record(match, 2, 1)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())
    return Board()


def test_an_inventedboard_filter_is_applied_in_the_default_order(board):
    page = Invented(board, form="E").page(1, 50)

    assert [(row.rank, row.name) for row in page.rows] == [(1, "The Oracle")]
    assert page.count == 1
    assert not Invented(board, form="E").is_as_stored


def test_without_a_value_the_stored_ranks_are_used(board):
    assert Invented(board).is_as_stored
    assert [row.name for row in Invented(board).page(1, 50).rows] == ["The Oracle", "The Homer", "The Coin"]


@pytest.mark.parametrize("name", [each.name for each in fields(Invented) if each.name != "board"])
def test_every_field_that_is_not_its_default_leaves_the_stored_ranks(name):
    assert not Invented(Board(), **{name: VALUES[name]}).is_as_stored


def test_aboard_filter_without_a_condition_does_not_pass_in_silence(board):
    with pytest.raises(KeyError):
        Forgotten(board).page(1, 50)


def test_an_unknownboard_filter_is_refused(board):
    with pytest.raises(TypeError):
        Selection(board, frm="E")  # misspelt
    assert Selection(board, ordering=DEFAULT_ORDERING).is_as_stored


def test_query_parameters_that_lack_a_filter_do_not_pass_in_silence(board):
    known = {"ordering": "", "kind": "", "min_matches": None, "provenance": ""}

    assert Ranking.of(board, known) == Ranking(board)
    assert Ranking.of(board, {**known, "min_matches": 0}) == Ranking(board, min_matches=0)
    with pytest.raises(KeyError, match="form"):
        Invented.of(board, known)
