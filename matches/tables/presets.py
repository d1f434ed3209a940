"""Rules of well-known competitions. Pure."""

from dataclasses import dataclass
from typing import Any

from matches.tables.rules import TableRules, TieBreaker

_T = TieBreaker
_OVERALL = (_T.GOAL_DIFFERENCE, _T.GOALS)
_HEAD_TO_HEAD = (_T.HEAD_TO_HEAD_POINTS, _T.HEAD_TO_HEAD_GOAL_DIFFERENCE, _T.HEAD_TO_HEAD_GOALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Rules of one competition."""

    slug: str
    title: str
    tie_breakers: tuple[TieBreaker, ...]
    compared_place: int | None = None
    compared_through: int | None = None

    def columns(self) -> dict[str, Any]:
        """Return the values of a Stage's columns, without those of carried points."""
        rules = TableRules(tie_breakers=self.tie_breakers, head_to_head_when_complete=True)
        return {
            "points_win": rules.win,
            "points_draw": rules.draw,
            "points_loss": rules.loss,
            "tie_breakers": [rule.value for rule in rules.tie_breakers],
            "head_to_head_when_complete": rules.head_to_head_when_complete,
            "compared_place": self.compared_place,
            "compared_through": self.compared_through,
        }


PRESETS = (
    Preset(
        slug="fifa-2026",
        title="FIFA World Cup groups, 2026 (48 teams)",
        tie_breakers=(*_HEAD_TO_HEAD, *_OVERALL),
        compared_place=3,
        compared_through=8,
    ),
    Preset(slug="premier-league", title="Premier League", tie_breakers=_OVERALL),
)
BY_SLUG = {preset.slug: preset for preset in PRESETS}
