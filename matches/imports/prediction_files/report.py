"""Report of an import of predictions, as text and as JSON."""

from collections.abc import Sequence
from typing import Any

from matches.imports.prediction_files.run import PredictionImport
from matches.imports.predictions.copy_writer import CopyChunk

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
        "forecasters_created": job.forecasters.created,
        "unknown_forecasters": sorted(job.forecasters.faults),
        "unknown_matches": job.unknown_ids,
        "columns_not_read": sorted(job.noticed.unread),
        "notes": list(job.noticed.notes),
        "refused": [each._asdict() for each in sorted(job.refused)],
    }


def lines(totals: dict[str, Any]) -> list[str]:
    """Return the report as lines of text."""
    would = "Would be stored" if totals["dry_run"] else "Stored"
    ids = f"match ids of the source {totals['source']}" if totals["source"] else "match ids of this site"
    lists = {
        "Forecasters created": totals["forecasters_created"],
        "Unknown forecasters": totals["unknown_forecasters"],
        "Columns not read": totals["columns_not_read"],
    }
    return [
        f"{totals['rows']} rows of {totals['file']}, {totals['matches']} matches, {ids}."
        f" {would}: {totals['stored']} ({totals['live']} live,"
        f" {totals['archive']} archive, {totals['hindsight']} hindsight,"
        f" {totals['superseded']} superseding another),"
        f" unchanged {totals['unchanged']}.",
        *(f"{title}: {', '.join(names)}." for title, names in lists.items() if names),
        *_refused_lines(totals["refused"]),
    ]


def _refused_lines(rows: list[dict[str, Any]]) -> list[str]:
    shown = [f"Refused row {each['row']} ({_names(each)}): {each['reason']}." for each in rows[:SHOWN]]
    more = len(rows) - SHOWN
    return [*shown, f"... and {more} more; see --json."] if more > 0 else shown


def _names(row: dict[str, Any]) -> str:
    return ", ".join(filter(None, (row["id"] or "no id", row["forecaster"])))
