"""Scores as pairs of goals, and results made of them."""

from matches.result import Result
from matches.statuses import Award, Status

Score = tuple[int, int]


def result_of(
    status: Status,
    ninety: Score | None,
    after: Score | None = None,
    shootout: Score | None = None,
    award: str = Award.NONE,
) -> Result:
    """Build a result from the scores after 90 minutes, after extra time, and of the shootout alone."""
    home, away = ninety or (None, None)
    home_aet, away_aet = after or (None, None)
    home_penalties, away_penalties = shootout or (None, None)
    return Result(
        status=status,
        home_score=home,
        away_score=away,
        home_score_aet=home_aet,
        away_score_aet=away_aet,
        home_penalties=home_penalties,
        away_penalties=away_penalties,
        award=award,
    )


def awarded(score: Score | None, winner: str) -> Result:
    """Return the result of an awarded match; `winner` is home, away or "" if the feed reports no winner.

    If the score is not a win of `winner`, the match was stopped at that score, and the result contains only
    the winner. If the score is a win of `winner`, or no winner is reported, the result contains only the
    score.
    """
    if score is not None and winner:
        lead = score[0] - score[1]
        if lead > 0 if winner == Award.HOME else lead < 0:
            winner = ""
        else:
            score = None
    return result_of(Status.AWARDED, score, award=winner)


def level(score: Score) -> bool:
    return score[0] == score[1]


def plus(one: Score, other: Score) -> Score:
    return one[0] + other[0], one[1] + other[1]


def minus(one: Score, other: Score) -> Score:
    return one[0] - other[0], one[1] - other[1]


def shown(score: Score | None) -> str:
    return "nothing" if score is None else f"{score[0]}-{score[1]}"
