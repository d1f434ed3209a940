"""Scores as facts: the one that counts, after 90 minutes, after extra time, and penalties."""

from typing import Any

from content.roundups.references.documents import Facts
from matches.models import Competition

Row = dict[str, Any]  # an object of snapshot.sql


def scoreline(home: int | None, away: int | None) -> Facts | None:
    """Return a score; `text` has the goals of the home team first."""
    if home is None or away is None:
        return None
    return {"home": home, "away": away, "text": f"{home}-{away}"}


def counting_score(row: Row, basis: str) -> Facts | None:
    """Return the score that counts by the competition's basis, like Match.counting_score."""
    if basis == Competition.ScoreBasis.AFTER_EXTRA_TIME and row["home_score_aet"] is not None:
        return scoreline(row["home_score_aet"], row["away_score_aet"])
    return scoreline(row["home_score"], row["away_score"])


def after_90(row: Row) -> Facts | None:
    """Return the score after 90 minutes if more was played, else None."""
    if row["home_score_aet"] is None and row["home_penalties"] is None:
        return None
    return scoreline(row["home_score"], row["away_score"])


def after_extra_time(row: Row) -> Facts | None:
    return scoreline(row["home_score_aet"], row["away_score_aet"])


def penalties(row: Row) -> Facts | None:
    return scoreline(row["home_penalties"], row["away_penalties"])


def winner(score: Facts | None, home: str, away: str) -> str | None:
    """Return `home` or `away`, the side with more goals; None if the score is level or missing."""
    if score is None or score["home"] == score["away"]:
        return None
    return home if score["home"] > score["away"] else away
