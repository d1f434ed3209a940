"""Explain to readers why a digest was superseded: compare the facts of two versions."""

from collections.abc import Collection

from content.roundups.references.documents import Facts

LONGEST = 200  # Digest.supersede_reason
OTHER = "results or points of earlier matches changed"


def reason(former: Facts, now: Facts) -> str:
    """Return the reason why a digest with the facts `now` replaces one with the facts `former`."""
    before = {row["id"]: row for row in former["results"]}
    after = {row["id"]: row for row in now["results"]}
    corrected = [row for pk, row in after.items() if pk in before and _result(row) != _result(before[pk])]
    if corrected:
        row = corrected[0]
        return _cut(
            f"{_name(row)} was corrected from {_result(before[row['id']])} to {_result(row)}", corrected
        )
    if added := [row for pk, row in after.items() if pk not in before]:
        return _cut(f"{_name(added[0])} was played later: {_result(added[0])}", added)
    if left_out := [row for pk, row in before.items() if pk not in after]:
        return _cut(f"{_name(left_out[0])} is no longer a match of this round", left_out)
    if _predictions(now) > _predictions(former):
        return "predictions were added"
    return OTHER


def withdrawn(facts: Facts, settled: Collection[int]) -> str:
    """Return the reason for a digest that was withdrawn; `settled` are the matches that still count."""
    rows = [row for row in facts["results"] if row["id"] not in settled]
    return _cut(f"{_name(rows[0])} is not over, or no longer a match of this round", rows)


def _cut(text: str, rows: list[Facts]) -> str:
    more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
    return f"{text[: LONGEST - len(more)]}{more}"


def _result(row: Facts) -> str:
    return str(row["text"] or row["score"])


def _name(row: Facts) -> str:
    return f"{row['home']['name']} - {row['away']['name']}"


def _predictions(facts: Facts) -> int:
    return int((facts["field"] or {}).get("picks") or 0) + sum(row["picks"] or 0 for row in facts["results"])
