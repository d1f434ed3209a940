"""Query parameters of the endpoints that analyse one leaderboard, e.g. comparison and calibration."""

from typing import Any

from django.db.models import Q
from rest_framework import serializers

from core.api.exceptions import BadParameters
from core.api.query_params import Choice, QueryParameters, SlugOf
from core.api.serializers import ReadOnlySerializer, moment
from matches.api.reference import ForecasterRefSerializer, competition_parameter, season_parameter
from matches.models import Forecaster
from stats.analysis.common_matches import PAIRED_METRICS
from stats.leaderboards import Board, leaderboard
from stats.models import Provenance
from stats.refresh.versioned_reads import Version

PROVENANCES = [each for each in Provenance.choices if each[0] != Provenance.HINDSIGHT]
METRIC_NAMES = [(metric.name, metric.label) for metric in PAIRED_METRICS]


class BoardParameters(QueryParameters):
    """A leaderboard: overall, or of one competition or season."""

    competition = competition_parameter()
    season = season_parameter()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        season, competition = attrs.get("season"), attrs.get("competition")
        if season and competition and season.competition != competition:
            wrong = f"Season {season.pk} is {season}, not a season of {competition}."
            raise serializers.ValidationError({"season": wrong}, code="no_such_board")
        return attrs

    @staticmethod
    def board(values: dict[str, Any]) -> Board:
        """Return the requested board; a season takes precedence over its competition."""
        scope = values["season"] or values["competition"]
        return Board.of(scope) if scope else Board()


def forecaster_parameter(help_text: str, **kwargs: Any) -> SlugOf:
    """Return a query parameter for the slug of a forecaster."""
    queryset = Forecaster.objects.order_by("kind", "name")
    return SlugOf(queryset, where="/api/v1/forecasters/", help_text=help_text, **kwargs)


class PairParameters(BoardParameters):
    """Two forecasters and the leaderboard on which they are compared."""

    a = forecaster_parameter(
        "A forecaster's slug. Default: the leader of the leaderboard, or the second if `b` is the leader."
    )
    b = forecaster_parameter("The slug of the other forecaster.")
    provenance = Choice(
        PROVENANCES,
        required=False,
        help_text="Which predictions are compared. Default: live predictions if both have some for the same "
        "match, else back-tests. `all` includes matches with one live prediction and one back-test.",
    )
    metric = Choice(
        METRIC_NAMES,
        required=False,
        help_text="Metric of `sequence`, `largest_differences` and `groups`. Default: first of `metrics`.",
    )

    @classmethod
    def pair(cls, values: dict[str, Any]) -> tuple[Forecaster, Forecaster]:
        """Return the two forecasters; see the help text of `a` for its default.

        Raises BadParameters if `b` is missing, if `a` has no default, or if both are the same.
        """
        b = values["b"]
        if b is None:
            raise _bad("b", "required", "Give the slug of a forecaster; see /api/v1/forecasters/.")
        a = values["a"] or _leader(cls.board(values), b)
        if a is None:
            raise _bad("a", "required", "This leaderboard has no other forecaster with a rank: give a slug.")
        if a == b:
            raise _bad("b", "same", "Choose two different forecasters.")
        return a, b


def _leader(board: Board, other: Forecaster) -> Forecaster | None:
    rows = leaderboard(board).filter(Q(average_rank__isnull=False) & ~Q(forecaster=other))
    row = rows.first()
    return row.forecaster if row else None


def _bad(name: str, code: str, detail: str) -> BadParameters:
    return BadParameters([{"parameter": name, "code": code, "detail": detail}])


class BoardMetaSerializer(ReadOnlySerializer):
    """Data version of a response."""

    as_of = serializers.DateTimeField(
        allow_null=True, help_text="Time when the newest included match was settled."
    )
    refreshed_at = serializers.DateTimeField(allow_null=True, help_text="Time of the last refresh.")
    data_version = serializers.IntegerField(help_text="Increases with every refresh; 0 before the first.")


def version_meta(version: Version) -> dict[str, Any]:
    """Return the fields of BoardMetaSerializer."""
    return {
        "as_of": moment(version.as_of),
        "refreshed_at": moment(version.finished_at),
        "data_version": version.number,
    }


def forecaster_ref(forecaster: Forecaster) -> dict[str, Any]:
    """Return the fields of ForecasterRefSerializer."""
    return {name: getattr(forecaster, name) for name in ForecasterRefSerializer.Meta.fields}
