"""Result of a match and its validation. Pure: no database, no clock."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from matches.statuses import ALLOWED, BEGUN, NOT_BEGUN, VOID, Award, Status, may_follow

MAX_GOALS = 99
MAX_PREDICTED_GOALS = 30
MAX_PENALTIES = 60
EARLY_HOURS = 3  # tolerance: the recorded kickoff may be wrong by so much
PAIRS = (
    ("home_score", "away_score"),
    ("home_score_aet", "away_score_aet"),
    ("home_penalties", "away_penalties"),
)


class InvalidResult(ValueError):
    """A result that cannot be recorded.

    `field` is the invalid field; the message contains the error and the remedy.
    """

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
    award: str = Award.NONE

    @classmethod
    def of(cls, row: object) -> "Result":
        """Return the result of a Match, ResultRevision or FeedSnapshot."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})

    def as_columns(self) -> dict[str, str | int | None]:
        return asdict(self)

    def mirrored(self) -> "Result":
        """Return the result with home and away swapped."""
        columns = self.as_columns()
        for home, away in PAIRS:
            columns[home], columns[away] = columns[away], columns[home]
        sides = {"home": "away", "away": "home"}
        columns["award"] = sides.get(self.award, self.award)
        return Result(**columns)  # type: ignore[arg-type]  # the values come from as_columns()

    @property
    def is_void(self) -> bool:
        return self.status in VOID

    @property
    def before_shootout(self) -> tuple[int, int] | None:
        """The score before a shootout: after extra time if it was played, else after 90 minutes."""
        if self.home_score_aet is not None and self.away_score_aet is not None:
            return self.home_score_aet, self.away_score_aet
        if self.home_score is not None and self.away_score is not None:
            return self.home_score, self.away_score
        return None


def score_text(row: Any) -> str:
    """Return the score of a Result, Match or revision as text, e.g. "2-1" or "1-1 (1-1 aet, 4-3 pens)"."""
    if row.home_score is None:
        return "-"
    more = []
    if row.home_score_aet is not None:
        more.append(f"{row.home_score_aet}-{row.away_score_aet} aet")
    if row.home_penalties is not None:
        more.append(f"{row.home_penalties}-{row.away_penalties} pens")
    return f"{row.home_score}-{row.away_score}" + (f" ({', '.join(more)})" if more else "")


AWARDS = {
    Award.HOME: "awarded to the home team",
    Award.AWAY: "awarded to the away team",
    Award.BOTH: "lost by both teams",
}


def award_in_words(row: Any) -> str:
    """Return award and score of a Result, Match or revision, e.g. "awarded to the home team, 3-0"."""
    return AWARDS[row.award] + ("" if row.home_score is None else f", {score_text(row)}")


def in_words(row: Any) -> str:
    """Return status and score of a Result, Match or revision as text, e.g. "finished 2-1" or "cancelled"."""
    if row.award:
        return award_in_words(row)
    return str(row.status) if row.home_score is None else f"{row.status} {score_text(row)}"


def validate(result: Result, *, before: str, last_leg: bool = False) -> None:
    """Raise InvalidResult if a match with the status `before` cannot have this result.

    With `last_leg`, the aggregate decides the tie, so a shootout can follow any score.
    """
    _validate_step(before, result.status)
    for home, away in PAIRS:
        _validate_pair(result, home, away, limit=MAX_PENALTIES if "penalties" in home else MAX_GOALS)
    _validate_presence(result)
    _validate_award(result)
    _validate_extra_time(result)
    _validate_shootout(result, last_leg=last_leg)


def validate_time(result: Result, *, kickoff_at: datetime, recorded_at: datetime) -> None:
    """Raise InvalidResult if the status is one of a match that has begun, but the kickoff is in the future.

    Future means after `recorded_at`. Predictions are accepted until the kickoff, and a result makes them
    public. The statuses live, suspended and abandoned are allowed from EARLY_HOURS before the kickoff on,
    because the recorded kickoff can be wrong. Statuses of a match that need not have begun are allowed at any
    time.
    """
    early = timedelta(hours=0 if result.status == Status.FINISHED else EARLY_HOURS)
    if result.status in BEGUN and kickoff_at > recorded_at + early:
        raise InvalidResult(
            "status",
            f"it cannot be {result.status} yet, its kickoff is {kickoff_at:%Y-%m-%d %H:%M} UTC;"
            " if it began earlier, move the kickoff first.",
        )


def _validate_step(before: str, after: str) -> None:
    if after not in Status.values:
        raise InvalidResult("status", f"unknown status {after!r}; use one of {', '.join(Status.values)}.")
    if not may_follow(before, after):
        allowed = ", ".join(ALLOWED[before])
        raise InvalidResult(
            "status", f"a match cannot go from {before} to {after}; from {before} it can go to {allowed}."
        )


def _validate_pair(result: Result, home: str, away: str, *, limit: int) -> None:
    for field, other in ((home, away), (away, home)):
        value = getattr(result, field)
        if value is None and getattr(result, other) is not None:
            raise InvalidResult(field, f"required, because {other} is given.")
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise InvalidResult(field, f"{value!r} is not a whole number.")
        if value is not None and not 0 <= value <= limit:
            raise InvalidResult(field, f"{value} is out of range; it must be 0 to {limit}.")


def _validate_presence(result: Result) -> None:
    if result.status == Status.FINISHED and result.home_score is None:
        raise InvalidResult("home_score", "a finished match needs its score after 90 minutes.")
    if result.status in NOT_BEGUN and result.before_shootout is not None:
        raise InvalidResult(
            "home_score", f"a match that is {result.status} has not begun: it has no score, not even 0-0."
        )
    if result.home_score is None and result.home_score_aet is not None:
        raise InvalidResult("home_score", "a score after extra time needs the score after 90 minutes.")
    if result.home_score is None and result.home_penalties is not None:
        raise InvalidResult("home_score", "a shootout needs the score after 90 minutes.")


def _validate_award(result: Result) -> None:
    """Raise InvalidResult if the award is unknown, contradicts the score, or does not fit the status."""
    if result.award not in Award.values:
        raise InvalidResult("award", f"{result.award!r} is unknown; use home, away or both.")
    if result.award and result.status != Status.AWARDED:
        raise InvalidResult("award", f"only an awarded match has one; this match is {result.status}.")
    if result.home_score is None or result.away_score is None:
        return
    lead = result.home_score - result.away_score
    if (result.award == Award.HOME and lead <= 0) or (result.award == Award.AWAY and lead >= 0):
        raise InvalidResult(
            "award",
            f"it goes to the {result.award} team, and {result.home_score}-{result.away_score} is not its win."
            " Enter the score that counts in the table, or no score for 3-0.",
        )
    if result.award == Award.BOTH and lead:
        raise InvalidResult("award", "if both teams lose, enter no score (0-3 for each) or a level one.")


def _validate_extra_time(result: Result) -> None:
    """Raise InvalidResult if a team has fewer goals after extra time than after 90 minutes.

    Extra time may follow any score, as in a second leg.
    """
    for late, early in (("home_score_aet", "home_score"), ("away_score_aet", "away_score")):
        after, before = getattr(result, late), getattr(result, early)
        if after is not None and after < before:
            raise InvalidResult(
                "home_score_aet", "extra time cannot take goals away from the 90 minutes; it includes them."
            )


def _validate_shootout(result: Result, *, last_leg: bool) -> None:
    before, home, away = result.before_shootout, result.home_penalties, result.away_penalties
    if before is None or home is None or away is None:
        return
    if result.status == Status.FINISHED and home == away:
        raise InvalidResult("home_penalties", f"a shootout cannot end level, and {home}-{away} is.")
    if before[0] == before[1]:
        return
    field = "home_score" if result.home_score_aet is None else "home_score_aet"
    played = before[0] - home, before[1] - away
    if played[0] == played[1] >= 0:
        raise InvalidResult(
            field,
            f"{before[0]}-{before[1]} includes the shootout ({home}-{away});"
            f" the score before it was {played[0]}-{played[1]}.",
        )
    if not last_leg:
        raise InvalidResult(
            field,
            f"a shootout follows a level score, and {before[0]}-{before[1]} is not."
            " If two legs decide, enter 2 as the leg of the match first.",
        )
