"""GET /api/v1/leaderboard/"""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import EnvelopeSerializer
from core.api.serializers import ReadOnlySerializer, Rounded, moment, rounded
from matches.api.reference import (
    BoardProvenanceSerializer,
    ForecasterRefSerializer,
)
from stats.api.leaderboard_parameters import LeaderboardParameters
from stats.api.versioned import VersionedList
from stats.leaderboard_page import LeaderboardPage, Ranked
from stats.leaderboards import Board
from stats.metrics import METRICS, Metric
from stats.models import LeaderboardRow, Scope
from stats.refresh.versioned_reads import Version
from stats.row_inference import HELP, NOTHING_STATED, WHY_NOT, RowInference

COUNTS = {metric.name for metric in METRICS if metric.kind == "count"}
ROW_PROVENANCES = [(each, each) for each in ("live", "archive", "mixed", "hindsight")]


class ScopeSerializer(ReadOnlySerializer):
    """Scope of a leaderboard: overall, or one competition, season or team."""

    scope = serializers.ChoiceField(choices=Scope.choices)
    id = serializers.IntegerField(allow_null=True, help_text="Id of the competition, season or team.")
    label = serializers.CharField()  # type: ignore[assignment] # a field, not the attribute


class InferenceStateSerializer(ReadOnlySerializer):
    """Data version and time of the columns about chance, or the reason why they are null."""

    data_version = serializers.IntegerField(
        allow_null=True,
        help_text="Data version of these columns. They are computed after a refresh, so it can be lower than "
        "`meta.data_version`.",
    )
    as_of = serializers.DateTimeField(allow_null=True, help_text="As `meta.as_of`, for these columns.")
    why_not = serializers.ChoiceField(
        choices=list(WHY_NOT.items()),
        allow_null=True,
        help_text="Reason if these columns are null in all rows.",
    )
    compared = serializers.IntegerField(
        help_text="Number of forecasters with enough matches for a statement."
    )
    in_first_tier = serializers.IntegerField(
        help_text="Number of these with `tier` 1: no forecaster is better by more than chance."
    )


class LeaderboardMetaSerializer(ReadOnlySerializer):
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="Time when the newest included match was settled."
    )
    refreshed_at = serializers.DateTimeField(allow_null=True, help_text="Time of the last refresh.")
    data_version = serializers.IntegerField(
        help_text="Increases with every refresh; 0 before the first. Team boards may be refreshed less often."
    )
    scope = ScopeSerializer()
    provenance = BoardProvenanceSerializer(
        help_text="Number of predictions on the whole board: received live, and back-test (archive)."
    )
    provisional_below = serializers.IntegerField(
        allow_null=True,
        help_text="Rows with fewer matches are provisional. Null with `min_matches`, and on an empty board.",
    )
    common_matches = serializers.IntegerField(
        allow_null=True, help_text="Number of matches of all figures with `gaps=common`; null otherwise."
    )
    inference = InferenceStateSerializer()


class LeaderboardRowSerializer(ReadOnlySerializer):
    rank = serializers.IntegerField(
        allow_null=True,
        help_text="Rank with this order and these filters; equal values share a rank (1, 1, 3). Null if the "
        "forecaster lacks the metric, and in provisional rows.",
    )
    forecaster = ForecasterRefSerializer()
    matches = serializers.IntegerField(help_text="Number of scored predictions.")
    current_streak = serializers.IntegerField(help_text="Number of correct results in a row, up to now.")
    best_streak = serializers.IntegerField(help_text="Most correct results in a row.")
    form = serializers.CharField(
        help_text="Last five predictions, newest last: E exact score, D correct goal difference, "
        "T correct result, - miss."
    )
    provisional = serializers.BooleanField(
        help_text="True if it has fewer matches than `meta.provisional_below`, and so no rank."
    )
    provenance = serializers.ChoiceField(
        source="made_of",
        choices=ROW_PROVENANCES,
        help_text="Provenance of the predictions in this row. `archive`: back-test (made after the match); "
        "`mixed`: live and archive; `hindsight`: made after kickoff, when the result could be known.",
    )
    after_exposure = serializers.IntegerField(
        help_text="Number of live predictions in this row that were received after predictions of their "
        "match had been public. `provenance=live` leaves them out."
    )

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; the fields of the metrics come after `matches`, those about chance last."""
        fields: dict[str, Any] = {}
        for name, field in super().get_fields().items():
            fields[name] = field
            if name == "matches":
                fields |= {metric.name: _field(metric) for metric in METRICS}
        return fields | {name: _inference_field(name) for name in RowInference._fields}

    @staticmethod
    def as_dict(row: Ranked) -> dict[str, Any]:
        """Return the serialised row as a dict. This is six times as fast as using the serializer."""
        return {
            "rank": row.rank,
            "forecaster": {"slug": row.slug, "name": row.name, "kind": row.kind},
            "matches": row.matches,
            **{name: value if name in COUNTS else rounded(value) for name, value in row.figures.items()},
            "current_streak": row.current_streak,
            "best_streak": row.best_streak,
            "form": row.form,
            "provisional": row.provisional,
            "provenance": row.made_of,
            "after_exposure": row.after_exposure,
            **(_NULLS if row.inference is NOTHING_STATED else _rounded(row.inference)),
        }


def _rounded(inference: RowInference) -> dict[str, float | int | None]:
    return {
        name: rounded(value) if isinstance(value, float) else value
        for name, value in inference._asdict().items()
    }


_NULLS = _rounded(NOTHING_STATED)


def _field(metric: Metric) -> serializers.Field[Any, Any, Any, Any]:
    options: dict[str, Any] = {"source": f"figures.{metric.name}", "help_text": metric.help}
    if metric.kind == "count":
        return serializers.IntegerField(**options)
    return Rounded(allow_null=True, **options)


def _inference_field(name: str) -> serializers.Field[Any, Any, Any, Any]:
    field = Rounded if "float" in str(RowInference.__annotations__[name]) else serializers.IntegerField
    return field(source=f"inference.{name}", allow_null=True, help_text=HELP[name])


@extend_schema_serializer(many=False)
class LeaderboardSerializer(EnvelopeSerializer):
    """Page of a leaderboard."""

    meta = LeaderboardMetaSerializer()
    results = LeaderboardRowSerializer(many=True)


class LeaderboardViewSet(VersionedList):
    """Ranking of forecasters: overall, or for one competition, season or team.

    `season` may be combined with its own `competition`; that is the season's leaderboard. Forecasters with
    equal values share a rank and are ordered by more matches, then by name. Forecasters with too few matches
    are provisional: they come last and have no rank.
    """

    queryset = LeaderboardRow.objects.none()
    serializer_class = LeaderboardRowSerializer
    list_parameters = LeaderboardParameters
    page: LeaderboardPage

    @property
    def board(self) -> Board:
        return LeaderboardParameters.board(self.params)

    def get_queryset(self) -> Any:
        return self.page

    def get_meta(self, version: Version) -> dict[str, Any]:
        return {
            "as_of": moment(version.as_of),
            "refreshed_at": moment(version.finished_at),
            "data_version": version.number,
            "scope": self.board.as_dict(),
            "provenance": self.page.made_of,
            "provisional_below": self.page.provisional_below,
            "common_matches": self.page.common_matches,
            "inference": {
                "data_version": self.page.inference.data_version,
                "as_of": moment(self.page.inference.as_of),
                "why_not": self.page.inference.why_not,
                "compared": self.page.inference.compared,
                "in_first_tier": self.page.inference.in_first_tier,
            },
        }

    def represent(self, rows: list[Ranked]) -> list[dict[str, Any]]:
        return [LeaderboardRowSerializer.as_dict(row) for row in rows]

    @extend_schema(
        summary="Leaderboard",
        responses=LeaderboardSerializer,
        examples=[
            OpenApiExample("Best RPS of a season", parameter_only=("ordering", "query"), value="rps"),
        ],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.page = LeaderboardParameters.fetch(self.params, self.params["page_size"])
        response: Response = self.respond(request, self.page.version)
        return response
