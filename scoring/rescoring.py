"""Current settlements that `score_match` would replace, because something that they rest on changed since."""

from core.db import sql
from scoring.models import Settlement
from scoring.rules import RULE

_OUTDATED = sql.read("scoring/sql/outdated.sql")


def would_change(settlement: Settlement) -> bool:
    """Return True if scoring its match again would replace this settlement."""
    [(outdated,)] = sql.fetch_all(f"SELECT {condition('%s')}", [settlement.pk])
    return bool(outdated)


def condition(settlement: str) -> str:
    """Return `would_change` as an SQL condition. `settlement` is an SQL expression for its id."""
    return _OUTDATED.format(settlement=settlement, rule=RULE)
