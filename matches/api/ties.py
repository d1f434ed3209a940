"""GET /api/v1/ties/?season= and the serializer of a tie."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from core.api.exceptions import BadParameters
from core.api.query_params import PageParameters
from core.api.serializers import ReadOnlySerializer
from core.api.views import ListResource
from matches.api.reference import TeamSerializer, season_parameter
from matches.api.season_stages import StageRefSerializer, stage_parameter
from matches.models import Match, Team
from matches.ties.selectors import ties_in
from matches.ties.tie import DecidedBy, Format, Score, Tie
from matches.ties.wording import how_decided, in_words


class TieSumsSerializer(ReadOnlySerializer):
    """A tie. `first_team` is the home team of its first match. Goals include extra time, never shootouts."""

    stage = StageRefSerializer()
    round_label = serializers.CharField(help_text="Name of the round, without the words for a leg.")
    format = serializers.ChoiceField(
        choices=[each.value for each in Format],
        help_text="`single`: one match, and its replays if it is drawn; `legs`: the aggregate decides;"
        " `series`: the number of wins decides.",
    )
    first_match = serializers.IntegerField(help_text="Id of its first match.")
    first_team = TeamSerializer()
    second_team = TeamSerializer()
    first_goals = serializers.IntegerField(help_text="Goals in all its matches.")
    second_goals = serializers.IntegerField()
    first_wins = serializers.IntegerField(help_text="Matches won, including by shootouts.")
    second_wins = serializers.IntegerField()
    first_penalties = serializers.IntegerField(
        allow_null=True, help_text="Goals in the shootout of the last match; null without one."
    )
    second_penalties = serializers.IntegerField(allow_null=True)
    leader = serializers.CharField(
        allow_null=True, help_text="Slug of the team that leads or has won; null if the teams are level."
    )
    winner = serializers.CharField(
        allow_null=True, help_text="Slug of the team that goes through; null if that is not decided."
    )
    decided_by = serializers.ChoiceField(choices=[each.value for each in DecidedBy], allow_null=True)
    how = serializers.CharField(help_text="E.g. `4-2 on penalties (2-2 on aggregate)`; else empty.")
    text = serializers.CharField(help_text="Who goes through or leads; empty before the first result.")


class TieSerializer(TieSumsSerializer):
    """All matches of two teams in one round of a knockout stage."""

    matches = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of its matches in the order of kickoffs. Not in CSV."
    )


def tie_values(tie: Tie) -> dict[str, Any]:
    """Return the values of TieSerializer for a tie whose matches are rows of Match."""
    values: dict[str, Any] = {
        "stage": tie.stage,
        "round_label": tie.round,
        "format": tie.format.value,
        "first_match": tie.matches[0].pk,
        "first_team": tie.first,
        "second_team": tie.second,
        "leader": _slug(tie.leader),
        "winner": _slug(tie.winner),
        "decided_by": tie.decided_by.value if tie.decided_by else None,
        "how": how_decided(tie),
        "text": in_words(tie),
        "matches": [match.pk for match in tie.matches],
    }
    scores: dict[str, Score | None] = {"goals": tie.aggregate, "wins": tie.wins, "penalties": tie.shootout}
    for name, score in scores.items():
        values[f"first_{name}"], values[f"second_{name}"] = score or (None, None)
    return values


def _slug(team: Team | None) -> str | None:
    return team.slug if team else None


class TieParameters(PageParameters):
    season = season_parameter(required=True)
    stage = stage_parameter()


@extend_schema_view(list=extend_schema(summary="Ties of knockout rounds"))
class TieViewSet(ListResource):
    """Ties of a season's knockout stages, by stage and first kickoff.

    In a stage whose kind is not decided yet, only rounds in which teams meet more than once are listed.
    """

    queryset = Match.objects.none()
    serializer_class = TieSerializer
    list_parameters = TieParameters

    def get_serializer_class(self) -> type[ReadOnlySerializer]:
        renderer = getattr(self.request, "accepted_renderer", None)  # missing during schema generation
        return TieSumsSerializer if renderer and renderer.format == "csv" else TieSerializer

    def filter_queryset(self, queryset: Any) -> Any:
        season, stage = self.params["season"], self.params["stage"]
        if stage is not None and stage.season_id != season.pk:
            detail = f"Stage {stage.pk} is not a stage of season {season.pk}."
            raise BadParameters([{"parameter": "stage", "code": "invalid", "detail": detail}])
        matches = Match.objects.filter(season=season)
        return ties_in(matches.filter(stage=stage) if stage else matches)

    def paginate_queryset(self, queryset: Any) -> Any:
        return [tie_values(tie) for tie in super().paginate_queryset(queryset) or []]
