"""What a result is, and whether it can be one. Pure: no database, no clock."""

from dataclasses import asdict, dataclass, fields

from matches.statuses import VOID, Status, may_follow

MAX_GOALS = 30
MAX_PENALTIES = 60
_PAIRS = (
    ("home_score", "away_score"),
    ("home_score_aet", "away_score_aet"),
    ("home_penalties", "away_penalties"),
)


class InvalidResult(ValueError):
    """A result that cannot be recorded. `field` names the culprit, the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A status with its scores: after 90 minutes, after extra time, and the shootout."""

    status: str
    home_score: int | None = None
    away_score: int | None = None
    home_score_aet: int | None = None
    away_score_aet: int | None = None
    home_penalties: int | None = None
    away_penalties: int | None = None

    @classmethod
    def of(cls, row: object) -> "Result":
        """The result that a Match or a ResultRevision carries."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})

    def as_columns(self) -> dict[str, str | int | None]:
        return asdict(self)

    @property
    def is_void(self) -> bool:
        return self.status in VOID


def validate(result: Result, *, before: str) -> None:
    """Raise InvalidResult unless a match in status `before` can have this result."""
    if result.status not in Status.values:
        raise InvalidResult("status", f"{result.status!r} is unknown; use one of {', '.join(Status.values)}.")
    if not may_follow(before, result.status):
        raise InvalidResult("status", f"a match cannot go from {before} to {result.status}.")
    if result.status == Status.FINISHED and result.home_score is None:
        raise InvalidResult("home_score", "a finished match needs its score after 90 minutes.")
    for home, away in _PAIRS:
        _validate_pair(result, home, away, limit=MAX_PENALTIES if "penalties" in home else MAX_GOALS)
    _validate_extra_time(result)


def _validate_pair(result: Result, home: str, away: str, *, limit: int) -> None:
    for field, other in ((home, away), (away, home)):
        value = getattr(result, field)
        if value is None and getattr(result, other) is not None:
            raise InvalidResult(field, f"{other} is given, so this half is needed too.")
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise InvalidResult(field, f"{value!r} is not a whole number.")
        if value is not None and not 0 <= value <= limit:
            raise InvalidResult(field, f"{value} is out of range; it must be 0 to {limit}.")


def _validate_extra_time(result: Result) -> None:
    if result.home_score_aet is None or result.away_score_aet is None:
        return
    if result.home_score is None or result.away_score is None:
        raise InvalidResult("home_score", "a score after extra time needs the score after 90 minutes.")
    if result.home_score_aet < result.home_score or result.away_score_aet < result.away_score:
        raise InvalidResult("home_score_aet", "extra time cannot take goals away from the 90 minutes.")
