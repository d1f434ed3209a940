"""Report of an import of matches, as text and as JSON."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from matches.categories import label
from matches.imports.match_files.run import FileChunk, MatchImport, RowNote
from matches.imports.match_files.stage_summary import stage_lines, stage_report
from matches.imports.text_files import FileNotes

SHOWN = 50  # rows in the text; --json contains all
ACTIONS = ("added", "linked", "assigned", "moved", "swapped", "recorded", "unchanged")
RARE = ("assigned", "swapped")  # left out of the text if there are none


def report(job: MatchImport, chunks: list[FileChunk], file_notes: FileNotes) -> dict[str, Any]:
    """Return the complete report, the output of --json."""
    done: Counter[str] = sum((chunk.done for chunk in chunks), Counter())
    return {
        "source": job.source,
        "rows": len(job.rows),
        **{action: done[action] for action in ACTIONS},
        "teams_created": job.new_rows.teams,
        "seasons_created": sorted(job.new_rows.seasons),
        "seasons_extended": [f"{name} ({dates})" for name, dates in sorted(job.extended.items())],
        "unknown_teams": sorted({name for _, name in job.names.unknown}),
        "suggestions": _suggestions(job),
        "stages": stage_report(job.source, job.first.keys() - _refused_ids(job, chunks)),
        "columns_not_read": sorted(file_notes.unread),
        "notes": list(file_notes.notes),
        "refused": _sorted(note for chunk in chunks for note in chunk.refused),
        "kept": _sorted(note for chunk in chunks for note in chunk.kept),
    }


def _refused_ids(job: MatchImport, chunks: list[FileChunk]) -> set[str]:
    """Return the ids whose first row was refused. Later rows with the same id do not count."""
    refused = (note for chunk in chunks for note in chunk.refused)
    return {note.id for note in refused if note.id in job.first and job.first[note.id].number == note.row}


def _sorted(notes: Iterable[RowNote]) -> list[dict[str, Any]]:
    return [asdict(note) for note in sorted(notes, key=lambda note: note.row)]


def _suggestions(job: MatchImport) -> list[dict[str, Any]]:
    """Return the teams that each unknown name may mean, the most similar first."""
    return [
        {
            "name": unknown.name,
            "competition": str(unknown.competition),
            "team": each.team.slug,
            "known_as": each.name,
            "distance": each.distance,
            "category": each.team.category,
            "country": each.team.country,
            "fits": each.fits,
        }
        for unknown, found in job.suggestions()
        for each in found
    ]


def lines(totals: dict[str, Any]) -> list[str]:
    """Return the report as lines of text."""
    would = "Would be" if totals["dry_run"] else "Matches"
    shown = [action for action in ACTIONS if action not in RARE or totals[action]]
    counts = ", ".join(f"{action} {totals[action]}" for action in shown)
    lists = {
        "Teams created": totals["teams_created"],
        "Seasons created": totals["seasons_created"],
        "Seasons extended": totals["seasons_extended"],
        "Unknown teams": totals["unknown_teams"],
        "Columns not read": totals["columns_not_read"],
    }
    return [
        f"{totals['rows']} rows of {totals['file']}, source {totals['source']}. {would}: {counts}.",
        *(f"{title}: {', '.join(names)}." for title, names in lists.items() if names),
        *map(_suggestion_line, totals["suggestions"]),
        *stage_lines(totals["stages"]),
        *_note_lines("Refused", totals["refused"]),
        *_note_lines("Kept", totals["kept"]),
    ]


def _suggestion_line(row: dict[str, Any]) -> str:
    about = ", ".join(filter(None, [label(row["category"]), row["country"]]))
    other = "" if row["fits"] else f", another team: {about or 'of unknown category'}"
    return (
        f"{row['name']!r} in {row['competition']} may be {row['known_as']!r} ({row['team']}; distance"
        f" {row['distance']}{other})."
    )


def _note_lines(word: str, rows: list[dict[str, Any]]) -> list[str]:
    shown = [f"{word} row {each['row']} ({each['id'] or 'no id'}): {each['reason']}" for each in rows[:SHOWN]]
    more = len(rows) - SHOWN
    return [*shown, f"... and {more} more; --json has them all."] if more > 0 else shown


def summary(totals: dict[str, Any]) -> str:
    """Return a sentence with the number of refused rows and of existing values that were kept."""
    refused, kept = len(totals["refused"]), len(totals["kept"])
    wrote = "Nothing was written." if totals["dry_run"] else "Everything else was imported."
    return f"Rows refused: {refused}; existing values kept: {kept}. {wrote}"
