"""Report of an import of matches, as text and as JSON."""

from collections import Counter
from typing import Any

from matches.imports.match_files.run import FileChunk, MatchImport, RowNote
from matches.imports.text_files import FileNotes

SHOWN = 50  # rows in the text; --json contains all
WORDS = ("added", "linked", "moved", "recorded", "unchanged")


def report(job: MatchImport, chunks: list[FileChunk], noticed: FileNotes) -> dict[str, Any]:
    """Return the complete report, the output of --json."""
    done: Counter[str] = sum((chunk.done for chunk in chunks), Counter())
    return {
        "source": job.source,
        "rows": len(job.rows),
        **{word: done[word] for word in WORDS},
        "teams_created": job.new_rows.teams,
        "seasons_created": sorted(job.new_rows.seasons),
        "unknown_teams": sorted(job.names.unknown),
        "columns_not_read": sorted(noticed.unread),
        "notes": list(noticed.notes),
        "refused": [_note(said) for chunk in chunks for said in chunk.refused],
        "kept": [_note(said) for chunk in chunks for said in chunk.kept],
    }


def _note(said: RowNote) -> dict[str, Any]:
    return {"row": said.row, "id": said.id, "reason": said.reason}


def lines(told: dict[str, Any]) -> list[str]:
    """Return the report as lines of text."""
    would = "Would be" if told["dry_run"] else "Matches"
    counts = ", ".join(f"{word} {told[word]}" for word in WORDS)
    lists = {
        "Teams created": told["teams_created"],
        "Seasons created": told["seasons_created"],
        "Unknown teams": told["unknown_teams"],
        "Columns not read": told["columns_not_read"],
    }
    return [
        f"{told['rows']} rows of {told['file']}, source {told['source']}. {would}: {counts}.",
        *(f"{title}: {', '.join(names)}." for title, names in lists.items() if names),
        *_note_lines("Refused", told["refused"]),
        *_note_lines("Kept", told["kept"]),
    ]


def _note_lines(word: str, rows: list[dict[str, Any]]) -> list[str]:
    shown = [f"{word} row {each['row']} ({each['id'] or 'no id'}): {each['reason']}" for each in rows[:SHOWN]]
    more = len(rows) - SHOWN
    return [*shown, f"... and {more} more; --json has them all."] if more > 0 else shown


def summary(told: dict[str, Any]) -> str:
    """Return a sentence with the numbers of rows that were refused or not applied."""
    refused, kept = len(told["refused"]), len(told["kept"])
    wrote = "Nothing was written." if told["dry_run"] else "Everything else was taken."
    return f"{refused} rows were refused, {kept} contradict what we have. {wrote}"
