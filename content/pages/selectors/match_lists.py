"""Lists of matches with their best predictions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Rank
from django.http import Http404

from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Match, Prediction, Season
from matches.statuses import UNSETTLED
from matches.tables.wording import group_label
from scoring import corrections
from scoring.models import Score, Settlement, SettlementScore


@dataclass(frozen=True, slots=True)
class MatchLine:
    """Match in a list, with its best predictions.

    - `scored`: number of scored predictions; None if the newest result is not settled
    - `best`: predictions with the most points, except hindsight ones; empty if none has points
    - `points`: points of each of the best predictions; None if `best` is empty
    - `hindsight_only`: True if the match is settled and no scored prediction was made before the kickoff
    - `corrected`: True if a final result of the match was replaced by another result
    """

    match: Match
    scored: int | None = None
    hindsight_only: bool = False
    best: list[Prediction] = field(default_factory=list)
    points: int | None = None
    corrected: bool = False

    @property
    def day(self) -> date:
        return self.match.kickoff_on


def matches() -> QuerySet[Match]:
    """Return all matches; season, competition, stage and teams are fetched in the same query."""
    return Match.objects.select_related("season__competition", "stage", "home_team", "away_team")


_MATCH = PreparedQuery(lambda pk: matches().select_related("difficulty").filter(pk=pk))


def statement(pk: int) -> sql.Statement:
    """Return the SQL statement that `match` executes, to be passed to sql.prefetch()."""
    return _MATCH.statement(pk)


def match(pk: int) -> Match:
    """Return the match with this id. Raises Http404 if it does not exist."""
    for found in _MATCH(pk):
        return found
    raise Http404(f"No match with id {pk}.")


def next_matches(now: datetime, limit: int) -> list[MatchLine]:
    """Return at most `limit` matches that are not over, by kickoff.

    At most `limit` // 2 of them have kicked off: the latest ones. The others have not kicked off.
    """
    awaited = matches().filter(status__in=UNSETTLED, kickoff_at__lt=now).order_by("-kickoff_at", "-pk")
    few = reversed(awaited[: limit // 2])
    return [*(MatchLine(match) for match in few), *to_come(matches(), now, limit)][:limit]


def to_come(of: QuerySet[Match], now: datetime, limit: int) -> list[MatchLine]:
    """Return the first `limit` of these matches that are not over and have not kicked off, by kickoff."""
    ahead = of.filter(status__in=UNSETTLED, kickoff_at__gte=now)
    return [MatchLine(match) for match in ahead.order_by("kickoff_at", "pk")[:limit]]


def lines(shown: Iterable[Match]) -> list[MatchLine]:
    """Return each of these matches with its best predictions.

    Executes three queries, and one more if `shown` is a queryset that is not evaluated yet.
    """
    shown = list(shown)
    ids = [match.pk for match in shown]
    scored = _scored(ids)
    best = _best_scores(ids)
    corrected = corrections.corrected(ids)
    return [
        MatchLine(
            match,
            scored=scored[match.pk].predictions if match.pk in scored else None,
            hindsight_only=match.pk in scored and not scored[match.pk].has_foresight,
            best=[score.prediction for score in best[match.pk]],
            points=best[match.pk][0].points if best[match.pk] else None,
            corrected=match.pk in corrected,
        )
        for match in shown
    ]


def _settled_on_the_newest_result(match_ids: list[int]) -> QuerySet[Settlement]:
    """Return the current settlements that are based on the newest result of their match."""
    return Settlement.objects.filter(
        match__in=match_ids, superseded_at__isnull=True, result_version=F("match__result_version")
    )


class _Counts(NamedTuple):
    """Number of scored predictions of a match, and whether one of them was made before the kickoff."""

    predictions: int
    has_foresight: bool


def _scored(match_ids: list[int]) -> dict[int, _Counts]:
    """Return `_Counts` by match id."""
    scores = SettlementScore.objects.filter(settlement=OuterRef("pk"))
    foresight = scores.exclude(prediction__provenance=Prediction.Provenance.HINDSIGHT)
    # Optimization fence: LIMIT evaluates it for one settlement, EXISTS might build a hash of all scores.
    first = Subquery(foresight.values("prediction_id")[:1])
    rows = _settled_on_the_newest_result(match_ids).values_list("match_id", "predictions", first)
    return {match_id: _Counts(number, pk is not None) for match_id, number, pk in rows}


def _best_scores(match_ids: list[int]) -> dict[int, list[Score]]:
    order = F("points").desc()
    scores = (
        Score.objects.filter(settlement__in=_settled_on_the_newest_result(match_ids), points__gt=0)
        .exclude(prediction__provenance=Prediction.Provenance.HINDSIGHT)
        .annotate(place=Window(Rank(), partition_by=F("prediction__match"), order_by=order))
        .filter(place=1)
        .select_related("prediction__forecaster")
        .order_by("prediction__forecaster__name")
    )
    by_match: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        by_match[score.prediction.match_id].append(score)
    return by_match


def provenances(shown: Iterable[MatchLine]) -> set[str]:
    """Return the provenances of the best predictions in these lines, an empty set without predictions."""
    return {prediction.provenance for line in shown for prediction in line.best}


def stage_choices(season: Season) -> list[tuple[int, str]]:
    """Return the choices of a form field: id and name of each stage; none if there is only one stage."""
    found = list(season.stages.values_list("pk", "name"))
    return found if len(found) > 1 else []


def group_choices(season: Season) -> list[tuple[str, str]]:
    """Return the choices of a form field: the groups of all stages of the season."""
    groups = season.matches.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
    return [(group, group_label(group)) for group in groups]
