"""Apply the kinds and table rules that the options of an import give for its stages."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from matches.models import Stage
from matches.services.stages import (
    InvalidStage,
    apply_preset,
    apply_rules,
    columns_for,
    decide_kind,
    stage_before,
)
from matches.tables.presets import BY_SLUG


class StageUnclear(LookupError):
    """No stage has the given name, or stages of several seasons have it."""


@dataclass(slots=True)
class StageDecisions:
    """Decisions about stages: kinds, slugs of table rules and carried points, by the name of the stage.

    `away_goals` contains the names of the stages in which away goals decide two-legged ties.
    If several seasons of the import have a stage with this name, the key includes the season, e.g. "World Cup
    2026, Group stage". `problems` contains an error message for each decision that could not be applied.
    """

    kinds: Mapping[str, str]
    table_rules: Mapping[str, str]
    carries: Mapping[str, str] = field(default_factory=dict)
    away_goals: Collection[str] = ()
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
            for name, carries in self.carries.items():
                self._apply(name, stages, _set_carries, carries)
            for name in self.away_goals:
                self._apply(name, stages, _set_away_goals, True)

    def _apply(
        self, name: str, stages: Sequence[Stage], decide: Callable[[Stage, Any], None], value: Any
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
    stage.refresh_from_db()
    if not stage.has_table:
        raise StageUnclear(
            f"{stage} has no table ({stage.kind}), so it needs no table rules. If that is wrong, add"
            f' --stage-kind "{stage.name}=league" or "{stage.name}=groups". If away goals decide its ties,'
            f' add --away-goals "{stage.name}".'
        )
    before = stage_before(stage) if preset.carries != Stage.Carries.NOTHING else None
    rules = columns_for(stage, preset)
    has_other_rules = any(getattr(stage, name) != value for name, value in rules.items())
    if has_other_rules or (before and stage.carries_from_id is None):
        apply_preset(stage, preset, carries_from=before)


def _set_carries(stage: Stage, carries: str) -> None:
    stage.refresh_from_db()
    before = stage_before(stage)
    if before is None:
        raise StageUnclear(f"No stage with a table precedes {stage}, so its teams take no points along.")
    is_full = carries == Stage.Carries.FULL
    _set(stage, carries_from=before, carries=carries, carries_record=is_full)


def _set_away_goals(stage: Stage, value: bool) -> None:
    stage.refresh_from_db()
    _set(stage, away_goals=value)


def _set(stage: Stage, **rules: Any) -> None:
    if any(getattr(stage, name) != value for name, value in rules.items()):
        apply_rules(stage, **rules)
