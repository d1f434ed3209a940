"""Find and create the stages of a season, and change their kind and rules."""

from django.db import transaction
from django.db.models import Max

from matches.models import Season, Stage
from matches.signals import fixtures_changed
from matches.stage_hints import StageHint
from matches.tables.presets import Preset


class InvalidStage(ValueError):
    """A decision that is not possible. The message contains what to do."""


def stage_named(season: Season, hint: StageHint) -> Stage:
    """Return the stage with this name, or create it as the last stage of the season.

    A stage whose kind is unknown gets the kind of the hint. A known kind never changes here: an operator may
    have decided it.
    """
    stage = Stage.objects.filter(season=season, name=hint.name).first()
    if stage is None:
        last = Stage.objects.filter(season=season).aggregate(last=Max("order"))["last"]
        order = 0 if last is None else last + 1
        return Stage.objects.create(season=season, name=hint.name, kind=hint.kind, order=order)
    if stage.kind == Stage.Kind.UNKNOWN and hint.kind != Stage.Kind.UNKNOWN:
        stage.kind = hint.kind
        stage.save(update_fields=["kind"])
    return stage


def decide_kind(stage: Stage, kind: str) -> Stage:
    """Decide if the stage has a table, a table per group, or none. Raises InvalidStage."""
    return _change(stage, kind=kind)


def apply_preset(stage: Stage, preset: Preset) -> Stage:
    """Give the stage the rules of a competition. Raises InvalidStage."""
    return _change(stage, **preset.columns())


def _change(stage: Stage, **values: object) -> Stage:
    with transaction.atomic():
        for name, value in values.items():
            setattr(stage, name, value)
        stage.save(update_fields=list(values))
        fixtures_changed.send(sender=Season, season=stage.season)
        return stage
