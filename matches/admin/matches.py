"""Admin of matches, seasons and competitions. Results and predictions are read-only: services change them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from core.admin.actions import (
    ActionRefused,
    ActionsAdmin,
    ConfirmedAction,
    Outcome,
    PlainForm,
    PlainInline,
    ReadOnlyAdmin,
)
from core.admin.delete import Delete
from core.rounding import percent
from matches.admin.shared import (
    EditableAdmin,
    PredictedScoreColumn,
    ReadOnlyInline,
    ScoreColumn,
    SlugFromNameForm,
)
from matches.models import (
    Competition,
    GroundMove,
    KickoffMove,
    Match,
    MatchSource,
    Prediction,
    ResultRevision,
    Season,
    Stage,
)
from matches.round_words import GROUP
from matches.services.seasons import close_season
from matches.services.stages import stage_named
from matches.signals import fixtures_changed
from matches.stage_hints import StageHint, stage_of_round
from matches.statuses import REPLAYABLE, UNSETTLED


class RevisionInline(ScoreColumn, ReadOnlyInline):
    model = ResultRevision
    fields = ["version", "status", "score", "source", "reason", "recorded_at", "recorded_by"]
    readonly_fields = ["score"]


class KickoffMoveInline(ReadOnlyInline):
    model = KickoffMove
    fields = ["old_kickoff_at", "new_kickoff_at", "source", "reason", "moved_at", "moved_by"]


class PredictionInline(PredictedScoreColumn, ReadOnlyInline):
    model = Prediction
    fields = [
        *["forecaster", "predicted_score", "probabilities", "provenance"],
        *["submitted_at", "superseded_at", "late", "after_exposure"],
    ]
    readonly_fields = ["predicted_score", "probabilities"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prediction]:
        return super().get_queryset(request).select_related("forecaster").order_by("forecaster__name", "-pk")

    @admin.display(description="home / draw / away")
    def probabilities(self, row: Prediction) -> str:
        if row.p_home is None or row.p_draw is None or row.p_away is None:
            return "-"
        return " / ".join(f"{percent(p)}%" for p in (row.p_home, row.p_draw, row.p_away))


class SourceInline(PlainInline):
    model = MatchSource
    extra = 0


HAVE_GROUPS = (Stage.Kind.GROUPS, Stage.Kind.UNKNOWN)


class MatchForm(PlainForm):
    """Form of a fixture. The kickoff of an existing match can be changed only by the action Move kickoff."""

    class Meta:
        model = Match
        fields = [
            *["season", "stage", "group", "round_label", "matchday", "leg", "game"],
            *["home_team", "away_team", "neutral", "kickoff_at", "kickoff_time_known"],
        ]
        help_texts = {
            "kickoff_at": "UTC. Predictions close at this time. Later, use the action Move kickoff.",
            "stage": "Empty: as the round says.",
        }

    stage_hint: StageHint | None = None  # what the round says, if no stage was chosen

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("stage", "game"):
            if name in self.fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        stage = cleaned.get("stage")
        season = cleaned.get("season") or (self.instance.season if self.instance.season_id else None)
        if season and stage and stage.season_id != season.pk:
            self.add_error("stage", f"{stage.name} is not a stage of {season}.")
        if stage and stage.kind not in HAVE_GROUPS and {"stage", "group"} & set(self.changed_data):
            self._require_no_group(stage, cleaned)
        if season and not stage and cleaned.get("round_label"):
            self.stage_hint = stage_of_round(
                cleaned["round_label"], matchday=cleaned.get("matchday"), group=cleaned.get("group", "")
            )
            cleaned["stage"] = Stage.objects.filter(season=season, name=self.stage_hint.name).first()
            cleaned["group"] = cleaned.get("group") or self.stage_hint.group
        return cleaned

    def _require_no_group(self, stage: Stage, cleaned: dict[str, Any]) -> None:
        """Add an error if the match has a group, or if its knockout round has the name of a group."""
        if cleaned.get("group"):
            self.add_error("group", f"{stage.name} has no groups. Leave the group empty.")
        label = cleaned.get("round_label", "")
        if stage.kind == Stage.Kind.KNOCKOUT and GROUP.search(label):
            self.add_error("round_label", f"{stage.name} has no groups. Enter its round, e.g. Semi-finals.")

    def _post_clean(self) -> None:
        """Add an error if another match of the season has the same round and teams.

        Django skips this database constraint, because its condition uses `status`, which is not in the form.
        """
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if self.errors or self.instance.status in REPLAYABLE:
            return
        if other := self.instance.twin():
            self.add_error(None, f"Match {other.pk}, {other}, is this match of {other.round_label} already.")


class MatchAdmin(ScoreColumn, EditableAdmin):
    """Admin of matches. The fixture can be edited; results are changed only by actions (see the buttons)."""

    form = MatchForm
    list_display = ["fixture", "season", "round_label", "kickoff_at", "status", "score", "result_version"]
    list_filter = ["status", "season", "kickoff_at"]
    list_select_related = ["season__competition", "home_team", "away_team"]
    search_fields = ["=id", "home_team__name", "away_team__name", "home_team__slug", "away_team__slug"]
    search_help_text = "Team or match id."
    ordering = ["-kickoff_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    autocomplete_fields = ["home_team", "away_team"]
    readonly_fields = ["lock_at", "reveal_at", "exposed_at", "status", "score", "result_version"]
    fieldsets = [
        ("Fixture", {"fields": [*MatchForm.Meta.fields, "lock_at", "reveal_at", "exposed_at"]}),
        (
            "Result",
            {
                "fields": ["status", "score", "result_version"],
                "description": "Changed only by actions (see the buttons); every version is stored.",
            },
        ),
    ]
    inlines = [RevisionInline, KickoffMoveInline, PredictionInline, SourceInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Match | None = None) -> list[str]:
        """Return the read-only fields.

        For an existing match they include the kickoff, and if it has a prediction or a result, season and
        teams as well.
        """
        if obj is None:
            return self.readonly_fields
        is_settled = obj.result_version or obj.predictions.exists()
        settled = ["season", "home_team", "away_team"] if is_settled else []
        return [*self.readonly_fields, "kickoff_at", "kickoff_time_known", *settled]

    @admin.display(description="match", ordering="home_team__name")
    def fixture(self, row: Match) -> str:
        return f"{row.home_team} - {row.away_team}"

    def save_model(self, request: HttpRequest, obj: Match, form: PlainForm, change: bool) -> None:
        if not change:
            obj.lock_at = obj.kickoff_at
        if obj.stage_id is None and isinstance(form, MatchForm) and form.stage_hint:
            obj.stage = stage_named(obj.season, form.stage_hint)
        super().save_model(request, obj, form, change)
        fixtures_changed.send(sender=Match, season=obj.season)


class CloseSeason(ConfirmedAction):
    name, label, on_selection = "close", "Close season", False

    def effects(self, rows: Sequence[Season]) -> list[str]:
        open_matches = Match.objects.filter(season__in=rows, status__in=UNSETTLED)
        return [
            f"{open_matches.count()} of its matches have no final result yet.",
            "Its leaderboard moves to the closed boards, refreshed only when one of its results changes.",
            "A refresh of the views is queued. Late corrections still count.",
        ]

    def run(self, rows: Sequence[Season], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (season,) = rows
        if not close_season(season, closed_at=at):
            raise ActionRefused(
                f"{season} was closed at {season.closed_at:%Y-%m-%d %H:%M} UTC already; nothing was changed."
            )
        return Outcome(rows, f"{season} is closed.")

    def offered_for(self, row: Season) -> bool:
        return row.closed_at is None


@admin.register(Season)
class SeasonAdmin(ActionsAdmin):
    operations = [CloseSeason(), Delete()]
    list_display = ["label", "competition", "starts_on", "ends_on", "closed_at"]
    list_filter = ["competition"]
    list_select_related = ["competition"]
    search_fields = ["label", "competition__name"]
    readonly_fields = ["closed_at"]

    def save_model(self, request: HttpRequest, obj: Season, form: PlainForm, change: bool) -> None:
        """Save the season. If its dates were edited, imported matches no longer extend them."""
        if change and {"starts_on", "ends_on"} & set(form.changed_data):
            obj.follows_matches = False
        super().save_model(request, obj, form, change)


class CompetitionForm(SlugFromNameForm):
    """Form of a competition. An empty category leaves the category of an existing competition unchanged."""

    def clean_category(self) -> str:
        return str(self.cleaned_data["category"] or self.instance.category)

    @cached_property
    def changed_data(self) -> list[str]:
        is_empty = not self.data.get("category")
        return [name for name in super().changed_data if not (name == "category" and is_empty)]


@admin.register(Competition)
class CompetitionAdmin(ActionsAdmin):
    form = CompetitionForm
    operations = [Delete()]
    list_display = ["name", "slug", "country", "category", "score_basis"]
    list_filter = ["category"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(ResultRevision)
class ResultRevisionAdmin(ScoreColumn, ReadOnlyAdmin):
    list_display = ["match", "version", "status", "score", "source", "reason", "recorded_at", "recorded_by"]
    list_filter = ["status", "source", "recorded_at"]
    list_select_related = ["match__home_team", "match__away_team", "recorded_by"]
    search_fields = ["=match__id", "reason"]
    ordering = ["-pk"]


@admin.register(GroundMove)
class GroundMoveAdmin(ReadOnlyAdmin):
    """Admin of matches that moved to the other team's ground, so that home and away teams were swapped."""

    list_display = ["match", "home_team", "source", "moved_at"]
    list_filter = ["source", "moved_at"]
    list_select_related = ["match__home_team", "match__away_team", "home_team"]
    search_fields = ["=match__id"]
    ordering = ["-pk"]
