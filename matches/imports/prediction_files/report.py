"""Report of an import of predictions, as text and as JSON."""

from collections.abc import Sequence
from typing import Any

from matches.imports.prediction_files.run import PredictionImport
from matches.imports.predictions.bulk import CopyChunk

SHOWN = 50  # rows in the text; --json contains all


def report(job: PredictionImport, chunks: Sequence[CopyChunk]) -> dict[str, Any]:
    """Return the complete report, the output of --json."""
    stored, live = sum(chunk.stored for chunk in chunks), sum(chunk.live for chunk in chunks)
    hindsight = sum(chunk.hindsight for chunk in chunks)
    return {
        "source": job.source,
        "rows": job.rows,
        "stored": stored,
        "live": live,
        "archive": stored - live - hindsight,
        "hindsight": hindsight,
        "superseded": sum(chunk.superseded for chunk in chunks),
        "unchanged": sum(chunk.unchanged for chunk in chunks),
        "matches": len(job.matches),
        "forecasters_created": job.cast.created,
        "unknown_forecasters": sorted(job.cast.faults),
        "columns_not_read": sorted(job.noticed.unread),
        "notes": list(job.noticed.notes),
        "refused": [each._asdict() for each in sorted(job.refused)],
    }


def lines(told: dict[str, Any]) -> list[str]:
    """Return the report as lines of text."""
    would = "Would be stored" if told["dry_run"] else "Stored"
    whose = f"match ids of the source {told['source']}" if told["source"] else "our own match ids"
    lists = {
        "Forecasters created": told["forecasters_created"],
        "Unknown forecasters": told["unknown_forecasters"],
        "Columns not read": told["columns_not_read"],
    }
    return [
        f"{told['rows']} rows of {told['file']}, {told['matches']} matches, {whose}."
        f" {would}: {told['stored']} ({told['live']} live,"
        f" {told['archive']} archive, {told['hindsight']} hindsight,"
        f" {told['superseded']} in place of another),"
        f" unchanged {told['unchanged']}.",
        *(f"{title}: {', '.join(names)}." for title, names in lists.items() if names),
        *_refused(told["refused"]),
    ]


def _refused(rows: list[dict[str, Any]]) -> list[str]:
    shown = [f"Refused row {each['row']} ({_about(each)}): {each['reason']}." for each in rows[:SHOWN]]
    more = len(rows) - SHOWN
    return [*shown, f"... and {more} more; --json has them all."] if more > 0 else shown


def _about(row: dict[str, Any]) -> str:
    return ", ".join(filter(None, (row["id"] or "no id", row["forecaster"])))
