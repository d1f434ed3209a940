"""Validate one row of an import and format its line for COPY.

Plain code, because it runs a million times: a dataclass, JSON and a validation library take ten times as
long. The rules are those of the constraints of `Prediction`, which the database checks again.
"""

from datetime import datetime
from typing import NamedTuple

from core.hidden_characters import LINE_BREAKS, hidden_error
from matches.models.predictions import sum_to_one
from matches.result import MAX_PREDICTED_GOALS

NULL = r"\N"
NO_GOALS, NO_PROBABILITIES = "\t".join([NULL] * 2), "\t".join([NULL] * 3)
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class ImportRow(NamedTuple):
    """A forecast to import, with the ids of its match and forecaster. Rows with unknown ids are refused.

    `number` identifies the row in reports: it is a line number or a position.
    """

    number: int
    match_id: int
    forecaster_id: int
    home_goals: int | None = None
    away_goals: int | None = None
    p_home: float | None = None
    p_draw: float | None = None
    p_away: float | None = None
    predicted_at: datetime | None = None
    rationale: str = ""


# Goals, probabilities, predicted_at: rows that agree in these are the same prediction.
PredictionValues = tuple[object, ...]
COLUMNS = ", ".join(ImportRow._fields[1:])  # columns of a line, in order


class InvalidRow(ValueError):
    """An invalid row; the message is the reason."""


def line(row: ImportRow) -> str:
    """Return the line for COPY, without provenance, salt and line break. Raises InvalidRow."""
    _, match_id, forecaster_id, home, away, p_home, p_draw, p_away, at, rationale = row
    if home is None and away is None:
        if p_home is None and p_draw is None and p_away is None:
            raise InvalidRow("it contains neither a score nor probabilities")
        goals = NO_GOALS
    else:
        _check_goals(home, away)
        goals = f"{home}\t{away}"
    if p_home is None and p_draw is None and p_away is None:
        chances = NO_PROBABILITIES
    else:
        chances = _probabilities(p_home, p_draw, p_away)
    when = NULL if at is None else _moment(at)
    text = _text(rationale) if rationale else ""
    return f"{match_id}\t{forecaster_id}\t{goals}\t{chances}\t{when}\t{text}"


def _check_goals(home: int | None, away: int | None) -> None:
    if home is None or away is None:
        raise InvalidRow("a score requires the goals of both teams")
    if type(home) is not int or type(away) is not int:
        raise InvalidRow(f"goals must be whole numbers, not {home!r} and {away!r}")
    if not (0 <= home <= MAX_PREDICTED_GOALS and 0 <= away <= MAX_PREDICTED_GOALS):
        raise InvalidRow(f"goals must be from 0 to {MAX_PREDICTED_GOALS}")


def _probabilities(p_home: float | None, p_draw: float | None, p_away: float | None) -> str:
    if p_home is None or p_draw is None or p_away is None:
        raise InvalidRow("all three probabilities are required")
    if type(p_home) is not float or type(p_draw) is not float or type(p_away) is not float:
        p_home, p_draw, p_away = _float(p_home), _float(p_draw), _float(p_away)
    if not (0 <= p_home <= 1 and 0 <= p_draw <= 1 and 0 <= p_away <= 1):  # also refuses NaN
        raise InvalidRow("a probability must be from 0 to 1")
    if not sum_to_one(p_home, p_draw, p_away):
        raise InvalidRow("the probabilities do not sum to 1")
    # Adding 0.0 turns a negative zero into zero, as its digest would differ.
    return f"{p_home + 0.0!r}\t{p_draw + 0.0!r}\t{p_away + 0.0!r}"


def _float(number: object) -> float:
    if type(number) not in (int, float):
        raise InvalidRow(f"{number!r} is not a probability")
    try:
        return float(number)  # type: ignore[arg-type]  # checked above
    except OverflowError:
        raise InvalidRow("a probability must be from 0 to 1") from None


def _moment(at: datetime) -> str:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise InvalidRow(f"predicted_at {at} has no time zone")
    return at.isoformat()


def _text(rationale: str) -> str:
    try:
        error = hidden_error(rationale, allowed=LINE_BREAKS)
    except TypeError:
        raise InvalidRow("the rationale is not text") from None
    if error:
        raise InvalidRow(f"the rationale {error}")
    return rationale.translate(ESCAPES)
