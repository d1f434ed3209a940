"""Admin actions on stages: decide the kind, apply rules, enter drawn lots, move matches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome, ReasonForm
from matches.models import Stage, Team
from matches.services.lots import enter_lots, teams_of
from matches.services.stages import InvalidStage, apply_preset, decide_kind, move_matches, stage_named
from matches.stage_hints import StageHint
from matches.tables.presets import BY_SLUG, PRESETS
from matches.tables.wording import carried_in_words

EFFECT = "Tables, pages and articles about them are updated with the next refresh, within seconds."
ROUNDS = 40  # named on the confirmation page


class KindForm(ReasonForm):
    kind = forms.ChoiceField(choices=[each for each in Stage.Kind.choices if each[0] != Stage.Kind.UNKNOWN])
    field_order = ["kind", "reason"]


class DecideKind(ConfirmedAction):
    name, label, form_class = "decide-kind", "Decide kind", KindForm

    def effects(self, rows: Sequence[Stage]) -> list[str]:
        return [*[_described(stage) for stage in rows], EFFECT, "The decision can be changed later."]

    def run(self, rows: Sequence[Stage], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        decided, problems = [], []
        for stage in rows:
            try:
                decided.append(decide_kind(stage, data["kind"]))
            except InvalidStage as invalid:
                problems.append(str(invalid))
        if not decided:
            raise ActionRefused(" ".join(problems), field="kind")
        return Outcome(decided, f"Stages decided: {len(decided)}.", problems)


class PresetForm(ReasonForm):
    preset = forms.ChoiceField(
        label="competition",
        choices=[(preset.slug, preset.title) for preset in PRESETS],
        help_text="docs/tables.md lists the rules of each, their sources, and what is not known.",
    )
    carries_from = forms.CharField(
        max_length=100,
        required=False,
        label="points come from",
        help_text="If this stage continues another one, e.g. after a split: the name of that stage.",
    )
    field_order = ["preset", "carries_from", "reason"]


class ApplyPreset(ConfirmedAction):
    name, label, form_class, on_selection = "apply-rules", "Apply rules of a competition", PresetForm, False

    def effects(self, rows: Sequence[Stage]) -> list[str]:
        (stage,) = rows
        return [
            f"Points, tie-breakers and carried points of {stage.name} are replaced, not its kind.",
            f"Stages of this season: {_names(stage)}.",
            EFFECT,
        ]

    def run(self, rows: Sequence[Stage], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (stage,) = rows
        preset = BY_SLUG[data["preset"]]
        source = _stage_of(stage, data["carries_from"], field="carries_from")
        try:
            changed = apply_preset(stage, preset, carries_from=source)
        except InvalidStage as invalid:
            raise ActionRefused(str(invalid), field=invalid.field) from invalid
        carried = carried_in_words(changed) or f"Teams of {stage.name} take no points along."
        return Outcome(
            [changed], f"{stage.name} has the rules of {preset.title} now. {carried} Notes: {preset.note}"
        )


class LotsForm(ReasonForm):
    teams = forms.CharField(
        widget=forms.Textarea,
        required=False,
        help_text="Name or slug of each level team, one per line, the first in the table first. The order"
        " counts only between teams that are level. Empty: delete the lots.",
    )
    source = forms.CharField(
        max_length=200, required=False, help_text="A link, or the organiser's statement."
    )
    field_order = ["teams", "source", "reason"]


class EnterLots(ConfirmedAction):
    name, label, form_class, on_selection = "enter-lots", "Enter drawn lots", LotsForm, False

    def effects(self, rows: Sequence[Stage]) -> list[str]:
        (stage,) = rows
        return [
            "The order of teams that are level after all rules: drawn lots, or values that are not recorded"
            " here, such as yellow cards.",
            f"It replaces the lots of {stage.name} ({stage.lots.count()} now), in all of its groups.",
            EFFECT,
        ]

    def initial(self, rows: Sequence[Stage]) -> dict[str, Any]:
        lots = [lot for stage in rows for lot in stage.lots.select_related("team")]
        return {
            "teams": "\n".join(lot.team.name for lot in lots),
            "source": lots[0].source if lots else "",
        }

    def run(self, rows: Sequence[Stage], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (stage,) = rows
        teams = [_team_of(stage, line) for line in _lines(data["teams"])]
        try:
            lots = enter_lots(stage, teams, source=data["source"], recorded_at=at, recorded_by=by)
        except InvalidStage as invalid:
            raise ActionRefused(str(invalid), field=invalid.field) from invalid
        return Outcome(rows, f"Lots of {stage.name}: {len(lots)}.")


class MoveForm(ReasonForm):
    to = forms.CharField(
        max_length=100, label="to stage", help_text="Name of the stage; a new one is created if necessary."
    )
    group = forms.CharField(max_length=40, required=False, help_text="Group in that stage, if it has any.")
    rounds = forms.CharField(
        widget=forms.Textarea, required=False, help_text="Rounds to move, one per line. Empty: all matches."
    )
    new_round = forms.CharField(
        max_length=100,
        required=False,
        label="new name of the round",
        help_text="Empty: the rounds keep their names. Required if group matches become a knockout round.",
    )
    field_order = ["to", "group", "rounds", "new_round", "reason"]


class MoveMatches(ConfirmedAction):
    name, label, form_class, on_selection = "move-matches", "Move matches", MoveForm, False

    def effects(self, rows: Sequence[Stage]) -> list[str]:
        (stage,) = rows
        return [
            _described(stage),
            f"Stages of this season: {_names(stage)}.",
            "If all matches are moved, later fixtures of this stage follow them.",
            EFFECT,
        ]

    def run(self, rows: Sequence[Stage], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (stage,) = rows
        try:
            with transaction.atomic():
                named = Stage.objects.filter(season=stage.season_id, name__iexact=data["to"]).first()
                to = named or stage_named(stage.season, StageHint(data["to"]))
                rounds = _lines(data["rounds"])
                moved = move_matches(
                    stage, to=to, group=data["group"], rounds=rounds, new_round=data["new_round"]
                )
        except InvalidStage as invalid:
            raise ActionRefused(str(invalid), field=invalid.field) from invalid
        decide = " Decide its kind now." if to.kind == Stage.Kind.UNKNOWN else ""
        return Outcome([stage, to], f"Matches moved to {to.name}: {len(moved)}.{decide}")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _described(stage: Stage) -> str:
    """Describe the matches of a stage, e.g. "Cup: 3 matches. Rounds: 1, 2. Groups: none."."""
    matches = stage.matches.all()
    rounds = list(matches.order_by("round_label").values_list("round_label", flat=True).distinct())
    groups = list(matches.exclude(group="").order_by("group").values_list("group", flat=True).distinct())
    more = f" and {len(rounds) - ROUNDS} more" if len(rounds) > ROUNDS else ""
    return (
        f"{stage}: {matches.count()} matches. Rounds: {', '.join(rounds[:ROUNDS]) or 'none'}{more}."
        f" Groups: {', '.join(groups) or 'none'}."
    )


def _names(stage: Stage) -> str:
    return ", ".join(Stage.objects.filter(season=stage.season_id).values_list("name", flat=True))


def _stage_of(stage: Stage, name: str, *, field: str) -> Stage | None:
    """Return the stage that has this name in the season of `stage`, or None if the name is empty.

    Raises ActionRefused if the season has no such stage.
    """
    if not name:
        return None
    found = Stage.objects.filter(season=stage.season_id, name__iexact=name).first()
    if found is None:
        raise ActionRefused(
            f"There is no stage {name!r} in {stage.season}; its stages are {_names(stage)}.", field=field
        )
    return found


def _team_of(stage: Stage, name: str) -> Team:
    """Return the team of the stage with this name, short name or slug.

    Raises ActionRefused if there is no such team, or more than one.
    """
    teams = teams_of(stage)
    found = [
        team
        for team in teams
        if name.casefold() in (each.casefold() for each in (team.name, team.short_name, team.slug))
    ]
    if len(found) != 1:
        raise ActionRefused(
            f"No team of {stage.name} is called {name!r}; its teams are"
            f" {', '.join(team.name for team in teams)}.",
            field="teams",
        )
    return found[0]
