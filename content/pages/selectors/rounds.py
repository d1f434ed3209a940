"""Rounds of a season: their order, the one in play, and the best forecasters of one."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.http import Http404

from content.pages.selectors import match_lists
from content.pages.selectors.match_lists import MatchLine
from core.http.links import link
from matches.models import Forecaster, Match, Prediction, Season
from matches.statuses import Status
from scoring.models import Score

NEAR = timedelta(days=4)  # most matches of a round are played within this time


class StageRound(NamedTuple):
    """A round of a stage. `title` is the label, plus the stage if rounds of other stages have this label."""

    stage_id: int
    label: str
    title: str

    def url(self, season: Season) -> str:
        """Return the URL of the page of this round."""
        return round_url(season.competition.slug, self.stage_id, self.label)


def of_season(season: Season) -> list[StageRound]:
    """Return the rounds of a season: by stage, and in chronological order within each stage."""
    rows = (
        season.matches.values("stage_id", "stage__name", "round_label")
        .annotate(number=Min("matchday"), first=Min("kickoff_at"))
        .order_by("stage__order", "stage_id", F("number").asc(nulls_last=True), "first")
    )
    labels = Counter(row["round_label"] for row in rows)
    return [
        StageRound(
            row["stage_id"],
            row["round_label"],
            row["round_label"] + (f" ({row['stage__name']})" if labels[row["round_label"]] > 1 else ""),
        )
        for row in rows
    ]


def in_play(matches: QuerySet[Match]) -> tuple[int, str] | None:
    """Return stage and label of the round to show by default, or None if there are no matches.

    It is the round of the finished match with the latest kickoff. If no match is finished, it is the round of
    the first match that is not postponed. If this match was played at another time than most of its round,
    e.g. weeks later, it is the round with the closest median kickoff instead.
    """
    kickoffs: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    over, ahead = [], []
    columns = ("kickoff_at", "pk", "status", "stage_id", "round_label")
    for kickoff_at, pk, status, *of_round in matches.order_by().values_list(*columns):
        stage_id, label = of_round
        kickoffs[stage_id, label].append(kickoff_at)
        at = (kickoff_at, pk, (stage_id, label))
        if status == Status.FINISHED:
            over.append(at)
        ahead.append((status == Status.POSTPONED, *at))
    if not kickoffs:
        return None
    kickoff_at, _, own = max(over) if over else min(ahead)[1:]
    medians = {each: sorted(times)[len(times) // 2] for each, times in kickoffs.items()}
    if abs(medians[own] - kickoff_at) <= NEAR:
        return own
    return min(medians, key=lambda each: (abs(medians[each] - kickoff_at), each))


def round_url(competition: str, stage: int, label: str) -> str:
    """Return the URL of the page of a round. `competition` is a slug, `stage` an id."""
    return f"{link('round', competition)}?{urlencode({'stage': stage, 'round': label})}"


class ShownRound(NamedTuple):
    """A round with its matches, and its neighbours; `round` is None if the season has no matches."""

    rounds: Sequence[StageRound]
    round: StageRound | None = None
    previous: StageRound | None = None
    next: StageRound | None = None
    lines: Sequence[MatchLine] = ()


def show(
    season: Season, *, stage: int | None = None, label: str = "", among: Sequence[int] | None = None
) -> ShownRound:
    """Return the round with this label, by default the round in play.

    `stage` is the id of its stage. Without it, the round in play is one of the stages with the ids `among`,
    and a label means the first round with this label. Raises Http404 if there is no such round.
    """
    rounds = of_season(season)
    wanted = (stage, label) if label else in_play(_of_stages(season, [stage] if stage else among))
    found = [each for each in rounds if wanted in ((each.stage_id, each.label), (None, each.label))]
    if label and not found:
        raise Http404(f"{season} has no round {label!r}.")
    if not found:
        return ShownRound(rounds)
    place = rounds.index(found[0])
    matches = match_lists.matches().filter(stage=found[0].stage_id, round_label=found[0].label)
    return ShownRound(
        rounds,
        found[0],
        previous=rounds[place - 1] if place > 0 else None,
        next=rounds[place + 1] if place + 1 < len(rounds) else None,
        lines=match_lists.lines(matches.order_by("kickoff_at", "pk")),
    )


def _of_stages(season: Season, stages: Sequence[int] | None) -> QuerySet[Match]:
    return season.matches.all() if stages is None else season.matches.filter(stage__in=stages)


class RoundRow(NamedTuple):
    """Points of a forecaster in a round. `sharing` is the number of forecasters with this rank."""

    rank: int
    sharing: int
    forecaster: Forecaster
    matches: int
    points: int
    exact: int


def best_of(stage: int, label: str, limit: int) -> list[RoundRow]:
    """Return the forecasters with the most points in a round, best first; without hindsight predictions.

    All matches that are settled count. Forecasters with equal points share a rank and are sorted by name.
    """
    scores = Score.objects.filter(
        prediction__match__stage=stage, prediction__match__round_label=label, points__isnull=False
    ).exclude(prediction__provenance=Prediction.Provenance.HINDSIGHT)
    totals: list[Any] = list(
        scores.values("prediction__forecaster")
        .annotate(total=Sum("points"), matches=Count("pk"), exact=Count("pk", filter=Q(exact_points__gt=0)))
        .order_by("-total", "prediction__forecaster__name")
    )
    sharing = Counter(row["total"] for row in totals)
    ranks = {row["total"]: place for place, row in reversed(list(enumerate(totals, start=1)))}
    by_id = Forecaster.objects.in_bulk([row["prediction__forecaster"] for row in totals[:limit]])
    return [
        RoundRow(
            ranks[row["total"]],
            sharing[row["total"]],
            by_id[row["prediction__forecaster"]],
            matches=row["matches"],
            points=row["total"],
            exact=row["exact"],
        )
        for row in totals[:limit]
    ]
