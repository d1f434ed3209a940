"""Stages of the rows of a match file, from the round and the columns `stage`, `stage_kind` and `group`."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from matches.feeds.providers.feed_format import BadEntry
from matches.imports.readers import FileLine
from matches.stage_hints import (
    FRIENDLIES,
    FRIENDLY,
    GROUP_STAGE,
    GROUPS,
    KNOCKOUT,
    KNOCKOUT_STAGE,
    LEAGUE,
    REGULAR_SEASON,
    ROUNDS,
    UNKNOWN,
    StageHint,
    group_name,
    stage_of_round,
)

# Kinds that a file may name, with the name of a stage that has none.
_NAMES = {
    LEAGUE: REGULAR_SEASON,
    GROUPS: GROUP_STAGE,
    KNOCKOUT: KNOCKOUT_STAGE,
    FRIENDLY: FRIENDLIES,
}
_StageKey = tuple[str, ...]  # competition, season and stage as written


@dataclass(frozen=True, slots=True)
class StageKinds:
    """Kinds of the stages in a file. A `stage_kind` in one row applies to all rows of its stage."""

    known: dict[_StageKey, tuple[str, int]] = field(default_factory=dict)  # -> kind and its first row

    @classmethod
    def of(cls, lines: Iterable[FileLine]) -> "StageKinds":
        kinds = cls()
        for line in lines:
            if (kind := _written(line, "stage_kind").lower()) in _NAMES:
                kinds.known.setdefault(_key(line), (kind, line.number))
        return kinds

    def kind_of(self, line: FileLine) -> str:
        """Return the kind of this row's stage. Return "" if no row of that stage contains a kind.

        Raises BadEntry if the kind in this row is unknown, or differs from the kind in an earlier row of the
        stage.
        """
        own = _written(line, "stage_kind").lower()
        if own and own not in _NAMES:
            raise BadEntry(f"stage_kind is {own!r}; use {', '.join(_NAMES)}, or leave it empty")
        if not _written(line, "stage"):
            return own
        kind, number = self.known.get(_key(line), ("", 0))
        if own and own != kind:
            raise BadEntry(
                f"row {line.number} has the stage_kind {own} for the stage {_written(line, 'stage')!r}, and"
                f" row {number} has {kind}; use the same in both"
            )
        return kind


def _written(line: FileLine, column: str) -> str:
    return str(line.values.get(column) or "").strip()


def _key(line: FileLine) -> _StageKey:
    return tuple(_written(line, column) for column in ("competition", "season", "stage"))


def stage_of_row(label: str, *, name: str, kind: str, group: str) -> StageHint:
    """Return the stage of a row. All values but the name of the round (`label`) may be empty.

    Raises BadEntry if a group is given for a knockout or for friendlies, or if none is given for a stage with
    groups.
    """
    hint = _named(name, kind, group) if name else _unnamed(label, kind, group)
    if kind in (KNOCKOUT, FRIENDLY) and group:
        raise BadEntry(
            f"stage_kind is {kind}, and the group is {group!r}; only leagues and groups have tables"
        )
    if hint.kind == GROUPS and not hint.group:
        raise BadEntry(f"the stage {hint.name!r} has groups, and the group is empty")
    return hint


def _named(name: str, kind: str, group: str) -> StageHint:
    """Return a stage with this name, kind and group.

    A name in the format of a feed ("GROUP_STAGE") is converted to the usual name ("Group stage"). If the
    usual name implies another kind than `kind`, the name is kept.
    """
    known = stage_of_round(name)
    if kind and known.kind not in (kind, UNKNOWN):
        return StageHint(name, kind, group_name(group))
    hint = stage_of_round(name, group=group)
    return replace(hint, name=name if known.name == ROUNDS else known.name, kind=kind or hint.kind)


def _unnamed(label: str, kind: str, group: str) -> StageHint:
    hint = stage_of_round(label, group=group)
    return hint if kind in ("", hint.kind) else StageHint(_NAMES[kind], kind, hint.group)
