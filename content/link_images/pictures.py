"""Contents of the images: which pages have one, and the texts in it."""

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.template.defaultfilters import pluralize

from content.models import Roundup
from content.pages import labels
from content.pages.filters import rank
from content.pages.selectors import match_lists, provenance
from content.roundups import out_of_date
from content.text.results import result_in_words
from core.rounding import half_up
from matches.models import Match, Season
from matches.statuses import NOT_BEGUN
from stats.leaderboards import Board, leaderboard
from stats.metrics import BY_NAME
from stats.models import Scope

DESIGN = 1  # increase it if the drawing changes, so that all images are drawn again
SEASONS, ROUNDUPS, MATCHES = 20, 60, 200  # numbers of the newest ones that have an image
BEFORE, AFTER = (
    timedelta(days=7),
    timedelta(days=14),
)  # a match has an image from BEFORE its kickoff until AFTER it
MATCH, ROUNDUP = "match", "roundup"  # kinds; those of leaderboards are their scopes
SHOWN = 3  # rows of a leaderboard


@dataclass(frozen=True, slots=True)
class Picture:
    """Texts of an image. `object_id` is the id of the season, match or roundup, 0 for the overall board."""

    kind: str
    object_id: int
    heading: str
    lines: tuple[str, ...]
    note: str

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.object_id

    @property
    def digest(self) -> str:
        """Version of the data: it changes whenever the image does, and identifies the image in its URL."""
        return hashlib.sha256(repr((DESIGN, astuple(self))).encode()).hexdigest()


def wanted(now: datetime) -> Iterator[Picture]:
    """Yield the picture of each page that should have an image: leaderboards, matches, roundups."""
    seasons = Season.objects.select_related("competition").order_by("-starts_on", "pk")[:SEASONS]
    for board in (Board(), *map(Board.of, seasons)):
        yield from _of_board(board)
    roundups = list(out_of_date.published()[:ROUNDUPS])
    near = Q(kickoff_at__range=(now - AFTER, now + BEFORE)) | Q(roundups__in=roundups)
    matches = match_lists.matches().filter(near).distinct().order_by("-kickoff_at", "-pk")
    yield from map(_of_match, matches[:MATCHES])
    yield from map(_of_roundup, roundups)


def _of_board(board: Board) -> Iterator[Picture]:
    rows: list[Any] = list(leaderboard(board)[:SHOWN])  # Any: the columns of metrics are made from a table
    if not rows:
        return
    made = provenance.combined(provenance.of_forecasters([row.forecaster_id for row in rows], board).values())
    decimals = BY_NAME["average_points"].decimals
    lines = tuple(
        f"{rank(row)}. {row.forecaster.name}: {half_up(row.average_points, decimals)}"
        for row in rows
        if row.average_points is not None
    )
    title = "All competitions" if board.scope == Scope.OVERALL else board.label
    label = "" if made == "live" else f", {labels.PROVENANCES[made]}"
    note = f"Points per match after {rows[0].matches} match{pluralize(rows[0].matches, 'es')}{label}"
    yield Picture(str(board.scope), board.scope_id, title, lines, note)


def _of_match(match: Match) -> Picture:
    names = f"{match.home_team.name} - {match.away_team.name}"
    outcome = f"Kickoff {match.kickoff_on}" if match.status in NOT_BEGUN else result_in_words(match)
    return Picture(MATCH, match.pk, names, (outcome,), f"{match.season}, {match.round_label}")


def _of_roundup(roundup: Roundup) -> Picture:
    match = roundup.match
    names = f"{match.home_team.name} - {match.away_team.name}"
    return Picture(ROUNDUP, roundup.pk, roundup.title, (names,), f"{match.season}, {match.round_label}")
