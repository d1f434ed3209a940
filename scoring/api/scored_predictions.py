"""GET /api/v1/predictions/: predictions of many matches with their scores, filtered by season etc."""

from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from core.api.pagination import CursorParameters, Cursors
from core.api.query_params import Choice, IdOf, Moment, SlugOf
from core.api.serializers import RowSerializer
from core.api.views import ListResource
from matches.api.reference import (
    CompetitionRefSerializer,
    TeamSerializer,
    competition_parameter,
    kind_parameter,
    season_parameter,
    team_parameter,
)
from matches.api.season_stages import round_parameter, stage_parameter
from matches.models import Forecaster, Match, Prediction
from scoring.api.match_predictions import PredictionSerializer


class ScoredMatchSerializer(RowSerializer):
    """Match of a prediction."""

    competition = CompetitionRefSerializer(source="season.competition")
    season = serializers.IntegerField(source="season_id", help_text="Id of the season.")
    home_team = TeamSerializer()
    away_team = TeamSerializer()

    class Meta:
        model = Match
        fields = [
            *[
                "id",
                "competition",
                "season",
                "kickoff_at",
                "kickoff_time_known",
                "status",
                "home_team",
                "away_team",
            ],
            *["home_score", "away_score", "result_version"],
        ]


class ScoredPredictionSerializer(PredictionSerializer):
    match = ScoredMatchSerializer()

    class Meta(PredictionSerializer.Meta):
        fields = ["id", "match", *PredictionSerializer.Meta.fields[1:]]


class ScoredPredictionParameters(CursorParameters):
    season = season_parameter()
    stage = stage_parameter()
    round = round_parameter()
    competition = competition_parameter()
    match = IdOf(Match.objects.all(), where="/api/v1/matches/", help_text="Id of a match.")
    team = team_parameter()
    forecaster = SlugOf(
        Forecaster.objects.all(), where="/api/v1/forecasters/", help_text="Slug of a forecaster."
    )
    kind = kind_parameter()
    provenance = Choice(
        Prediction.Provenance.choices, required=False, help_text="Only predictions of this provenance."
    )
    from_ = Moment(help_text="Kickoff at or after this date or datetime (UTC).")
    to = Moment(last=True, help_text="Kickoff at or before this datetime, or on or before this date (UTC).")

    conditions = {
        "season": lambda season: Q(match__season=season),
        "stage": lambda stage: Q(match__stage=stage),
        "round": lambda label: Q(match__round_label=label),
        "competition": lambda competition: Q(match__season__competition=competition),
        "match": lambda match: Q(match=match),
        "team": lambda team: Q(match__home_team=team) | Q(match__away_team=team),
        "forecaster": lambda forecaster: Q(forecaster=forecaster),
        "kind": lambda kind: Q(forecaster__kind=kind),
        "provenance": lambda provenance: Q(provenance=provenance),
        "from": lambda moment: Q(match__kickoff_at__gte=moment),
        "to": lambda moment: Q(match__kickoff_at__lte=moment),
    }


class PredictionCursors(Cursors):
    """Cursor pagination, newest first. If one season is requested, the index on the id is not used.

    With this index PostgreSQL would scan all newer predictions, because it expects the predictions of a
    season to be spread over the table. In fact they were imported together. With a million predictions the
    scan took 600 ms.
    """

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        return ("-place",) if view.params["season"] else super().get_ordering(request, queryset, view)


@extend_schema_view(list=extend_schema(summary="Predictions with their scores"))
class ScoredPredictionViewSet(ListResource):
    """Current predictions of all revealed matches, newest first, with points and scores.

    Points and scores are null if the match is void or not scored yet. Rows are ordered by id, which
    corrections do not change, so following `next` returns each row once. Superseded predictions are not
    shown.
    """

    queryset = Prediction.objects.none()
    serializer_class = ScoredPredictionSerializer
    pagination_class = PredictionCursors
    list_parameters = ScoredPredictionParameters

    def get_queryset(self) -> QuerySet[Prediction]:
        current = Prediction.objects.current().revealed(now=timezone.now())
        return current.select_related(
            "match__season__competition", "match__home_team", "match__away_team", "forecaster", "score"
        ).annotate(place=ExpressionWrapper(F("pk") + 0, output_field=BigIntegerField()))
