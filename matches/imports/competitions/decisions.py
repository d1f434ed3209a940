"""Apply the kinds and table rules that the options of an import give for its stages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from matches.models import Stage
from matches.services.stages import InvalidStage, apply_preset, decide_kind
from matches.tables.presets import BY_SLUG


class StageUnclear(LookupError):
    """No stage has the given name, or stages of several seasons have it."""


@dataclass(slots=True)
class StageDecisions:
    """Decisions about stages: their kinds and the slugs of their table rules, by the name of the stage.

    If several seasons of the import have a stage with this name, the key includes the season, e.g. "World Cup
    2026, Group stage". `problems` contains an error message for each decision that could not be applied.
    """

    kinds: Mapping[str, str]
    table_rules: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def apply(self, stages: Sequence[Stage]) -> None:
        """Apply the decisions to these stages in one transaction.

        Applying the same decisions again changes nothing.
        """
        with transaction.atomic():
            for name, kind in self.kinds.items():
                self._apply(name, stages, _set_kind, kind)
            for name, slug in self.table_rules.items():
                self._apply(name, stages, _set_rules, slug)

    def _apply(
        self, name: str, stages: Sequence[Stage], decide: Callable[[Stage, str], None], value: str
    ) -> None:
        try:
            decide(_named(name, stages), value)
        except (StageUnclear, InvalidStage) as error:
            self.problems.append(str(error))


def _named(name: str, stages: Sequence[Stage]) -> Stage:
    found = [stage for stage in stages if name in (stage.name, str(stage))]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(repr(str(stage)) for stage in found)
        raise StageUnclear(f"Several seasons have a stage {name!r}; use one of: {names}.")
    known = ", ".join(repr(stage.name) for stage in stages) or "none"
    raise StageUnclear(f"No stage is called {name!r}. The stages of these matches are: {known}.")


def _set_kind(stage: Stage, kind: str) -> None:
    if stage.kind != kind:
        decide_kind(stage, kind)


def _set_rules(stage: Stage, slug: str) -> None:
    preset = BY_SLUG[slug]
    stage.refresh_from_db(fields=["kind"])
    if not stage.has_table:
        raise StageUnclear(
            f"{stage} has no table ({stage.kind}), so it needs no table rules. If that is wrong, add"
            f' --stage-kind "{stage.name}=league" or "{stage.name}=groups".'
        )
    if any(getattr(stage, name) != value for name, value in preset.columns().items()):
        apply_preset(stage, preset)
