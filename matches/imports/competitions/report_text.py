"""Report of an import of a whole competition, as text and as JSON."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from matches.imports.match_files.report import lines as match_lines
from matches.imports.match_files.stage_summary import stage_lines
from matches.imports.prediction_files.report import lines as prediction_lines
from matches.tables.presets import BY_SLUG

SHOWN = 10  # reasons of refused rows in the text; --json contains all rows
ROWS = 5  # row numbers for one reason
Totals = dict[str, Any]


def is_complete(totals: Totals) -> bool:
    """Return True if everything was imported and no question is open."""
    forecasts = totals["forecasts"]
    refused = totals["matches"]["refused"] or (forecasts and forecasts["refused"])
    return not (refused or totals["matches"]["kept"] or totals["questions"])


def summary(totals: Totals) -> str:
    """Return a sentence with the numbers of refused rows, kept values and open questions."""
    matches, forecasts = totals["matches"], totals["forecasts"]
    refused = len(matches["refused"]) + len(forecasts["refused"] if forecasts else [])
    wrote = "Nothing was written." if totals["dry_run"] else "Everything else was imported."
    return (
        f"Rows refused: {refused}; existing values kept: {len(matches['kept'])}; open questions:"
        f" {len(totals['questions'])}. {wrote}"
    )


def lines(totals: Totals) -> list[str]:
    """Return the report as lines of text."""
    return [
        "Matches:",
        *_part(match_lines, totals["matches"], totals["questions"]),
        *(stage_lines(totals["matches"]["stages"]) or ["Stages: none."]),
        *_rules_hint(totals),
        *(["Forecasts:", *_part(prediction_lines, totals["forecasts"], [])] if totals["forecasts"] else []),
        *(["Questions:"] if totals["questions"] else []),
        *(f"  {number}. {question}" for number, question in enumerate(totals["questions"], start=1)),
    ]


def _part(text_of: Callable[[Totals], list[str]], totals: Totals, questions: Sequence[str]) -> Iterator[str]:
    """Yield the indented lines of the report on one file. Refused rows are grouped by their reason.

    A reason that is also a question is replaced by the number of the question.
    """
    for line in (
        *text_of(totals | {"refused": [], "kept": [], "stages": []}),
        *totals["notes"],
        *_by_reason("Refused", totals["refused"], questions),
        *_by_reason("Kept", totals.get("kept", [])),
    ):
        yield f"  {line}"


def _by_reason(word: str, rows: list[dict[str, Any]], questions: Sequence[str] = ()) -> Iterator[str]:
    numbers = defaultdict[str, list[int]](list)
    for row in rows:
        reason = row["reason"].replace(f"no match with id {row['id']!r}", "no match with this id")
        if reason in questions:
            reason = f"see question {questions.index(reason) + 1}."
        numbers[reason].append(row["row"])
    for reason, found in list(numbers.items())[:SHOWN]:
        shown = ", ".join(map(str, found[:ROWS]))
        if len(found) > ROWS:
            shown = f"{shown} and {len(found) - ROWS} more"
        yield f"{word} row{'' if len(found) == 1 else 's'} {shown}: {reason}"
    if len(numbers) > SHOWN:
        yield f"... and {len(numbers) - SHOWN} more reasons; --json has all rows."


def _rules_hint(totals: Totals) -> Iterator[str]:
    """Yield a line with the available table rules, if a stage has a table and no rules were chosen for it."""
    names = [stage["stage"] for stage in totals["matches"]["stages"] if stage["tables"]]
    chosen = totals["table_rules"]
    if other := next((name for name in names if name not in chosen), None):
        yield f'  For other table rules add --table-rules "{other}=RULES"; RULES is {", ".join(BY_SLUG)}.'
