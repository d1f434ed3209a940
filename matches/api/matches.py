"""GET /matches/: the list of matches. `?open=true` lists matches open for prediction, with facts about them.

The detail view of a match is in `content/api`, as it needs data of several apps.
"""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from core.api.query_params import CommaSeparated, Moment, PageNumber, PageParameters
from core.api.serializers import ReadOnlySerializer, RowSerializer
from core.api.views import ListResource
from matches.api.kickoff_filters import kicks_off_from, kicks_off_until
from matches.api.reference import (
    SeasonSerializer,
    TeamSerializer,
    competition_parameter,
    season_parameter,
    team_parameter,
)
from matches.api.season_stages import GroupName, StageKindSerializer, round_parameter, stage_parameter
from matches.forecasters.context import POINTS_FROM_ELSEWHERE
from matches.match_context import context_of_matches
from matches.models import Match
from matches.statuses import OPEN, Status

MATCHES = Match.objects.select_related("season__competition", "stage", "home_team", "away_team")


class MatchSerializer(RowSerializer):
    season = SeasonSerializer()
    stage = StageKindSerializer()
    home_team = TeamSerializer()
    away_team = TeamSerializer()
    void = serializers.BooleanField(source="is_void", help_text="Abandoned, cancelled or awarded: no points.")

    class Meta:
        model = Match
        fields = [
            *["id", "season", "stage", "group", "round_label", "matchday", "leg", "game"],
            *[
                "kickoff_at",
                "kickoff_time_known",
                "lock_at",
                "reveal_at",
                "exposed_at",
                "home_team",
                "away_team",
                "neutral",
            ],
            *["status", "void", "home_score", "away_score", "home_score_aet", "away_score_aet"],
            *["home_penalties", "away_penalties", "award", "result_version"],
        ]


class PlaceSerializer(ReadOnlySerializer):
    """A team's row in the table of the match's stage or group."""

    place = serializers.IntegerField()
    played = serializers.IntegerField()
    won = serializers.IntegerField()
    drawn = serializers.IntegerField()
    lost = serializers.IntegerField()
    goals_for = serializers.IntegerField()
    goals_against = serializers.IntegerField()
    points = serializers.IntegerField(help_text="Including `carried` and `adjustment`.")
    carried = serializers.IntegerField(help_text="Points taken along from another stage.")
    adjustment = serializers.IntegerField(help_text="Points deducted (negative) or awarded.")


def _ending(order: str) -> serializers.CharField:
    return serializers.CharField(
        required=False,
        help_text="Only after extra time or a shootout, e.g. `1-1 after extra time, 4-2 on penalties`, "
        + order
        + ".",
    )


class PlayedSerializer(ReadOnlySerializer):
    """A past match from the perspective of one team."""

    on = serializers.DateField()
    competition = serializers.CharField()
    venue = serializers.ChoiceField(choices=["home", "away", "neutral"])
    opponent = serializers.CharField()
    score = serializers.CharField(help_text="Score after 90 minutes, with this team's goals first.")
    result = serializers.ChoiceField(choices=["win", "draw", "loss"], help_text="After 90 minutes.")
    ending = _ending("with this team's goals first")


class MeetingSerializer(ReadOnlySerializer):
    """An earlier match between the two teams."""

    on = serializers.DateField()
    competition = serializers.CharField()
    home = serializers.CharField()
    away = serializers.CharField()
    score = serializers.CharField(help_text="Score after 90 minutes.")
    ending = _ending("with the home team's goals first")


class EarlierLegSerializer(ReadOnlySerializer):
    leg = serializers.IntegerField()
    on = serializers.DateField()
    home = serializers.CharField()
    away = serializers.CharField()
    score = serializers.CharField()


class EarlierLegsSerializer(ReadOnlySerializer):
    """The earlier legs of a tie, their aggregate score, and the away goals rule."""

    earlier_legs = EarlierLegSerializer(many=True)
    aggregate = serializers.CharField(
        allow_null=True,
        help_text="Of the earlier legs, this match's home team first; null if there are none.",
    )
    away_goals_rule = serializers.BooleanField(help_text="Away goals decide if the aggregate is level.")


class PlacesSerializer(ReadOnlySerializer):
    home = PlaceSerializer(allow_null=True)
    away = PlaceSerializer(allow_null=True)


class FormSerializer(ReadOnlySerializer):
    home = PlayedSerializer(many=True)
    away = PlayedSerializer(many=True)


class RestSerializer(ReadOnlySerializer):
    home = serializers.FloatField(allow_null=True)
    away = serializers.FloatField(allow_null=True)


class KnownSerializer(ReadOnlySerializer):
    """Facts about an upcoming match, as in this site's LLM prompts.

    The prompts contain the whole table, these facts only the rows of the two teams.
    """

    known_at = serializers.DateTimeField()
    standings = PlacesSerializer(
        help_text="In the table of the match's stage, or of its group; null if the stage has no table."
    )
    form = FormSerializer(help_text="The last six matches of each team, newest first.")
    meetings = MeetingSerializer(
        many=True, help_text="The last six matches of these two teams, newest first."
    )
    rest_days = RestSerializer(help_text="Days since each team's last kickoff; null if unknown.")
    tie = EarlierLegsSerializer(allow_null=True, help_text="Null unless the match is a later leg of a tie.")


class ListedMatchSerializer(MatchSerializer):
    known = serializers.SerializerMethodField(help_text="Facts about the match; null without `open=true`.")

    class Meta(MatchSerializer.Meta):
        fields = [*MatchSerializer.Meta.fields, "known"]

    @extend_schema_field(KnownSerializer(allow_null=True))
    def get_known(self, match: Match) -> dict[str, Any] | None:
        return getattr(match, "known", None)


def _takes_predictions() -> Q:
    return Q(lock_at__gt=timezone.now(), status__in=OPEN)


class MatchFilters(PageNumber):
    """Query parameters that filter the list of matches, in the API and on the website."""

    open = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="`true`: only matches open for predictions; `false`: only the others.",
    )
    season = season_parameter()
    stage = stage_parameter()
    group = GroupName()
    competition = competition_parameter()
    team = team_parameter()
    status = CommaSeparated(
        Status.choices, required=False, help_text="One or more statuses, separated by commas."
    )
    from_ = Moment(help_text="Kickoff at or after this date or datetime (UTC).")
    to = Moment(last=True, help_text="Kickoff at or before this datetime, or on or before this date (UTC).")

    conditions = {
        "open": lambda is_open: _takes_predictions() if is_open else ~_takes_predictions(),
        "season": lambda season: Q(season=season),
        "stage": lambda stage: Q(stage=stage),
        "group": lambda group: Q(group__iexact=group),
        "competition": lambda competition: Q(season__competition=competition),
        "team": lambda team: Q(home_team=team) | Q(away_team=team),
        "status": lambda statuses: Q(status__in=statuses),
        "from": kicks_off_from,
        "to": kicks_off_until,
    }


class MatchParameters(MatchFilters, PageParameters):
    """Query parameters of /matches/: filters and pagination."""

    round = round_parameter()

    conditions = {**MatchFilters.conditions, "round": lambda label: Q(round_label=label)}


@extend_schema_view(list=extend_schema(summary="Matches"))
class MatchViewSet(ListResource):
    """Matches in kickoff order. `home_score` and `away_score` are after 90 minutes; null if not known."""

    queryset = MATCHES.order_by("kickoff_at", "pk")
    serializer_class = ListedMatchSerializer
    list_parameters = MatchParameters

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset) or []
        if self.params["open"]:
            known = context_of_matches([match.pk for match in rows], now=timezone.now())
            for match in rows:
                match.known = known_facts(known[match.pk])
        return rows


def known_facts(known: dict[str, Any]) -> dict[str, Any]:
    """Convert the context of an LLM prompt to the field `known` of the API.

    The context contains the whole table, the field only the rows of the two teams.
    """
    table = {line["team"]: line for line in known.get("table", ())}
    standings = {side: _standing(table.get(known["match"][side])) for side in ("home", "away")}
    kept = {name: known[name] for name in ("known_at", "form", "meetings", "rest_days")}
    return {"standings": standings, **kept, "tie": known.get("tie")}


def _standing(line: dict[str, Any] | None) -> dict[str, Any] | None:
    if line is None:
        return None
    always = dict.fromkeys(POINTS_FROM_ELSEWHERE, 0)
    return always | {name: value for name, value in line.items() if name != "team"}
