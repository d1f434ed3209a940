"""The result that was reported before the current one, and the recorded reason of a change."""

from dataclasses import fields

from content.roundups.facts import scores
from content.roundups.facts.occasion import one_line
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from matches.result import Result
from matches.statuses import SETTLED, VOID, Award, Status

_RESULT = [field.name for field in fields(Result)]


def correction(raw: Row, settlement: Row, match: Facts) -> Facts | None:
    """Return the last other result that was recorded since the first report, or None.

    More predictions of the same result are no correction. `before` describes it with the home team's goals
    first, e.g. "1-2, a win for Barrow" or "abandoned at 0-0".
    """
    former = _former(raw, settlement)
    if former is None:
        return None
    score = scores.counting_score(former, match["basis"])
    return {
        "before": _in_words(former, match, score["text"] if score else ""),
        "void_before": former["status"] in VOID,
        "is_same_score": score == match["score"],
    }


def reason(raw: Row, settlement: Row) -> str | None:
    """Return the recorded reason why the result is void or was corrected; None without one."""
    if not settlement["voided"] and _former(raw, settlement) is None:
        return None
    recorded = {row["version"]: row["reason"] for row in raw["revisions"] or []}
    return one_line(recorded.get(settlement["result_version"], "")).rstrip(".") or None


def _former(raw: Row, settlement: Row) -> Row | None:
    """Return the last other result recorded before this one, since the first that was settled.

    Any score counts, the shootout too. It need not have been settled itself: a recorded reason refers to the
    result that was in force, as does the list of corrections.
    """
    version = settlement["result_version"]
    first = min(row["result_version"] for row in raw["settlements"] if row["number"] <= settlement["number"])
    revisions = {row["version"]: row for row in raw["revisions"] or [] if first <= row["version"] <= version}
    earlier = [row for row in revisions.values() if row["status"] in SETTLED and row["version"] < version]
    others = [row for row in earlier if _result(row) != _result(revisions[version])]
    return max(others, key=lambda row: int(row["version"]), default=None)


def _result(revision: Row) -> Row:
    return {name: revision[name] for name in _RESULT}


def _in_words(former: Row, match: Facts, score: str) -> str:
    status, award = former["status"], former["award"]
    if award == Award.BOTH:
        return "a defeat for each side"
    if status == Status.AWARDED and score:
        return f"awarded {score}{_to(' to ', scores.counting_score(former, match['basis']), match)}"
    if award:
        return f"awarded to {match[award]['short_name']}"
    if status != Status.FINISHED:
        return f"{status} at {score}" if status == Status.ABANDONED and score else str(status)
    return _played(former, match, score)


def _played(former: Row, match: Facts, score: str) -> str:
    """Return the score that counted; all scores if extra time or a shootout was reported otherwise."""
    extra, now, penalties = (
        scores.after_extra_time(former),
        match["after_extra_time"],
        scores.penalties(former),
    )
    last = scores.counting_score(former, match["basis"])
    if extra is None and now:
        score = f"{score} without extra time"
    elif extra and (scores.after_90(former), extra) != (match["after_90"], now):
        early = scores.after_90(former) or extra
        score, last = f"{early['text']} after 90 minutes and {extra['text']} after extra time", extra
    if penalties:
        return f"{score}, and {penalties['text']}{_to(' to ', penalties, match)} on penalties"
    return (
        f"{score}, with no shootout" if match["penalties"] else f"{score}{_to(', a win for ', last, match)}"
    )


def _to(words: str, score: Facts | None, match: Facts) -> str:
    name = scores.winner(score, match["home"]["short_name"], match["away"]["short_name"])
    return f"{words}{name}" if name else ""
