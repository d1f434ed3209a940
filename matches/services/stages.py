"""Find and create the stages of a season, and change their kind and rules."""

from django.db.models import Max

from matches.models import Season, Stage
from matches.stage_hints import StageHint


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
