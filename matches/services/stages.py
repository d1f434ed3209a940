"""Find and create the stages of a season, decide their kind and rules, and move their matches."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from matches.models import Match, PointsAdjustment, Season, Stage
from matches.round_words import GROUP
from matches.signals import fixtures_changed
from matches.stage_hints import StageHint
from matches.tables.presets import Preset

NAMED = 3  # rounds or matches named in an error message


class InvalidStage(ValueError):
    """An impossible change of a stage. The message states the error; `field` is the invalid field."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def stage_named(season: Season, hint: StageHint) -> Stage:
    """Return the season's stage with the name in `hint`, or create it as the last stage of the season.

    If the kind of an existing stage is unknown, the stage gets the kind in `hint`. A known kind is not
    changed, because an operator may have decided it.
    """
    stage = Stage.objects.filter(season=season, name=hint.name).first()
    if stage is None:
        last = Stage.objects.filter(season=season).aggregate(last=Max("order"))["last"]
        return Stage.objects.create(
            season=season,
            name=hint.name,
            kind=hint.kind,
            order=0 if last is None else last + 1,
            ranked_groups=list(hint.ranked_groups),
        )
    if stage.kind == Stage.Kind.UNKNOWN and hint.kind != Stage.Kind.UNKNOWN:
        stage.kind, stage.ranked_groups = hint.kind, list(hint.ranked_groups)
        stage.save(update_fields=["kind", "ranked_groups"])
    return stage


def stage_and_group(season: Season, hint: StageHint) -> tuple[Stage, str]:
    """Return the stage and group of a match whose source gives this hint.

    If an operator moved all matches of the hint's stage, return the stage and group that they were moved to.
    """
    stage, group = stage_named(season, hint), hint.group
    while stage.moved_to is not None:
        stage, group = stage.moved_to, stage.moved_to_group or group
    return stage, group


def assign(match: Match, stage: Stage, *, group: str, leg: int | None) -> None:
    """Assign the match to a stage and group, with its leg. The next refresh updates the tables."""
    match.stage, match.group, match.leg = stage, group, leg
    match.save(update_fields=["stage", "group", "leg"])
    fixtures_changed.send(sender=Season, season=match.season)


def undecided() -> QuerySet[Stage]:
    """Return the stages with matches that an operator has to check."""
    return Stage.objects.filter(is_undecided())


def is_undecided() -> Q:
    """Return the condition for stages with matches that an operator has to check.

    These are stages whose kind is unknown, and stages with ranked groups (into which a league splits) for
    which `carries_from` is missing. `carries_from` is the stage from which teams take points along; it is
    required even if they take none.
    """
    has_matches = Exists(Match.objects.filter(stage=OuterRef("pk")))
    is_split = Q(kind=Stage.Kind.GROUPS, carries_from__isnull=True) & ~Q(ranked_groups=[])
    return Q(has_matches) & (Q(kind=Stage.Kind.UNKNOWN) | is_split)


def decide_kind(stage: Stage, kind: str) -> Stage:
    """Set the kind of the stage, which determines if it has one table, a table per group, or none.

    Without groups, the comparison of teams across groups is deleted from the rules of the stage.
    Raises InvalidStage.
    """
    with transaction.atomic():
        stage = locked(stage)
        _require_kind(stage, kind)
        stage.kind = kind
        if kind != Stage.Kind.GROUPS:
            stage.compared_place = stage.compared_through = None
        stage.save(update_fields=["kind", "compared_place", "compared_through"])
        announce(stage)
        return stage


def apply_preset(stage: Stage, preset: Preset, *, carries_from: Stage | None = None) -> Stage:
    """Give the stage the rules of a competition. Raises InvalidStage.

    `carries_from` is the stage from which the teams take points along, or None if there is no such stage.
    """
    carried: dict[str, Any] = {"carries": Stage.Carries.NOTHING, "carries_record": False}
    if carries_from is None and stage.is_split and preset.carries != Stage.Carries.NOTHING:
        before = stage_before(stage)
        raise InvalidStage(
            "carries_from",
            f"In {preset.title} the teams of {stage.name} take points along. Enter the stage that they"
            " come from" + (f", e.g. {before.name}." if before else "."),
        )
    if carries_from is not None:
        carried = {"carries": preset.carries, "carries_record": preset.carries_record}
        if preset.carries == Stage.Carries.NOTHING:
            raise InvalidStage(
                "carries_from", f"In {preset.title} no points are taken along. Leave this field empty."
            )
    return apply_rules(stage, carries_from=carries_from, **columns_for(stage, preset), **carried)


def columns_for(stage: Stage, preset: Preset) -> dict[str, Any]:
    """Return the values of the preset for the columns of this stage.

    A league has no groups, so the comparison across groups is left out.
    """
    no_groups = {"compared_place": None, "compared_through": None}
    return preset.columns() | (no_groups if stage.kind == Stage.Kind.LEAGUE else {})


def stage_before(stage: Stage) -> Stage | None:
    """Return the stage with a table that began last before this one in the season, or None."""
    tables = Stage.objects.filter(season=stage.season_id, kind__in=(Stage.Kind.LEAGUE, Stage.Kind.GROUPS))
    began = tables.annotate(began=Min("matches__kickoff_at")).exclude(pk=stage.pk)
    first = stage.matches.aggregate(first=Min("kickoff_at"))["first"]
    return began.filter(began__lt=first).order_by("-began").first() if first else None


def apply_rules(stage: Stage, **rules: Any) -> Stage:
    """Set rules of the stage's table, given by column name. Return the stage. Raises InvalidStage."""
    with transaction.atomic():
        stage = locked(stage)
        for name, value in rules.items():
            setattr(stage, name, value)
        _require_rules(stage)
        stage.save()
        announce(stage)
        return stage


def move_matches(
    stage: Stage, *, to: Stage, group: str = "", rounds: Collection[str] = (), new_round: str = ""
) -> QuerySet[Match]:
    """Move the matches of the named rounds to another stage or group. Without rounds, move all matches.

    `new_round` replaces the names of their rounds. In a stage without groups, the matches lose their groups.
    Returns the moved matches. If all matches move to another stage, fixtures that a source later adds to the
    old stage are added to the new one. Raises InvalidStage; then no match is moved.
    """
    with transaction.atomic():
        stages = {each.pk: each for each in _lock([stage.pk, to.pk])}
        stage, to = stages[stage.pk], stages[to.pk]
        ids = _ids_to_move(stage, to, group, rounds)
        _require_round(to, ids, new_round)
        _move(ids, to, group, new_round)
        _require_adjusted_teams(stage)
        if to.moved_to is not None:
            Stage.objects.filter(pk=to.pk).update(moved_to=None, moved_to_group="")
        if not rounds and to != stage:
            Stage.objects.filter(pk=stage.pk).update(moved_to=to, moved_to_group=group)
        announce(to)
        return Match.objects.filter(pk__in=ids)


def announce(stage: Stage) -> None:
    """Send the signal of a changed stage. Call it in the transaction of the change."""
    fixtures_changed.send(sender=Season, season=stage.season)


def locked(stage: Stage) -> Stage:
    """Lock the row of the stage and return its current state. Requires a transaction."""
    (row,) = _lock([stage.pk])
    return row


def _lock(ids: Collection[int]) -> list[Stage]:
    stages = Stage.objects.select_for_update(of=["self"], no_key=True).select_related("season__competition")
    return list(stages.filter(pk__in=ids).order_by("pk"))


def _require_kind(stage: Stage, kind: str) -> None:
    decided = [each for each in Stage.Kind.values if each != Stage.Kind.UNKNOWN]
    if kind not in decided:
        raise InvalidStage("kind", f"{kind!r} is not a kind of stage; choose one of {', '.join(decided)}.")
    if kind == stage.kind:
        raise InvalidStage("kind", f"{stage} is of this kind already; nothing was changed.")
    without = stage.matches.filter(group="").order_by("kickoff_at").values_list("round_label", flat=True)
    if kind == Stage.Kind.GROUPS and without:
        raise InvalidStage(
            "kind",
            f"{len(without)} of the matches of {stage} have no group (rounds: {_named(without)}). Move them"
            " to their groups first, or choose another kind.",
        )
    has_table = kind in (Stage.Kind.LEAGUE, Stage.Kind.GROUPS)
    if not has_table and (heir := stage.carried_by.first()):
        raise InvalidStage(
            "kind", f"{heir.name} takes its points from {stage.name}, so {stage.name} needs a table."
        )


def _require_rules(stage: Stage) -> None:
    try:
        stage.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidStage(field, " ".join(messages)) from error


def _ids_to_move(stage: Stage, to: Stage, group: str, rounds: Collection[str]) -> list[int]:
    """Return the ids of the matches to move. Raises InvalidStage if the move is not possible."""
    if stage.season_id != to.season_id:
        raise InvalidStage("to", f"{to} is a stage of another season. Choose a stage of {stage.season}.")
    if to == stage and not group:
        raise InvalidStage(
            "to", f"These matches are in {stage.name} already. Choose another stage or a group."
        )
    if group and to.kind not in (Stage.Kind.GROUPS, Stage.Kind.UNKNOWN):
        raise InvalidStage("group", f"{to} has no groups. Leave the group empty, or decide its kind first.")
    matches = stage.matches.all()
    known = set(matches.values_list("round_label", flat=True))
    if missing := [label for label in rounds if label not in known]:
        raise InvalidStage(
            "rounds", f"{stage} has no round {missing[0]!r}. Its rounds are: {_named(sorted(known), 40)}."
        )
    if rounds:
        matches = matches.filter(round_label__in=rounds)
    if to.kind == Stage.Kind.GROUPS and not group and matches.filter(group="").exists():
        raise InvalidStage("group", f"{to} has a table per group. Enter the group of these matches.")
    ids = list(matches.values_list("pk", flat=True))
    if not ids:
        raise InvalidStage("rounds", f"{stage} has no matches that could be moved.")
    return ids


def _require_round(to: Stage, ids: Collection[int], new_round: str) -> None:
    """Raise InvalidStage if a round of a knockout stage would have the name of a group."""
    if to.kind != Stage.Kind.KNOCKOUT or new_round:
        return
    labels = Match.objects.filter(pk__in=ids).values_list("round_label", flat=True)
    if of_group := next((label for label in labels if GROUP.search(label)), None):
        raise InvalidStage(
            "new_round",
            f"{to.name} has no groups, but the name of the round is {of_group!r}. Enter the name of the round"
            " in the new stage, e.g. Semi-finals.",
        )


def _move(ids: Collection[int], to: Stage, group: str, new_round: str) -> None:
    values: dict[str, Any] = {"stage": to}
    if group or to.kind not in (Stage.Kind.GROUPS, Stage.Kind.UNKNOWN):
        values["group"] = group
    if new_round:
        values["round_label"] = new_round
    try:
        with transaction.atomic():
            Match.objects.filter(pk__in=ids).update(**values)
    except IntegrityError as error:
        raise InvalidStage(
            "to",
            f"{to} has a match of the same round and teams already, so the matches were not moved. Give one"
            " of the two another round or game number first.",
        ) from error


def _require_adjusted_teams(stage: Stage) -> None:
    """Raise InvalidStage if a team has a points adjustment in this stage, but no match."""
    plays = Match.objects.filter(Q(home_team=OuterRef("team")) | Q(away_team=OuterRef("team")), stage=stage)
    left = PointsAdjustment.objects.filter(~Exists(plays), stage=stage).select_related("team").first()
    if left is not None:
        raise InvalidStage(
            "rounds", f"{stage} has points adjustments of {left.team}, so its matches cannot all be moved."
        )


def _named(labels: Collection[str], limit: int = NAMED) -> str:
    """Join the distinct labels to a text, e.g. "1, 2, 3 and 7 more"."""
    distinct = list(dict.fromkeys(labels))
    more = f" and {len(distinct) - limit} more" if len(distinct) > limit else ""
    return ", ".join(distinct[:limit]) + more
