"""Badges and labels of the public pages: form letters, match status, kind of forecaster, provenance."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from content.pages.filters import NOTHING, duration, percent
from content.text.numbers import cardinal_word, in_prose
from matches.models import Forecaster, Match
from matches.result import score_text
from matches.statuses import Award, Status

KINDS: dict[str, str] = dict(Forecaster.Kind.choices)
FORM = {  # letter: label and CSS class
    "E": ("exact score", "exact"),
    "D": ("correct goal difference", "goal"),
    "T": ("correct result", "tendency"),
    "-": ("no points", "miss"),
}
PROVENANCES = {"live": "live", "archive": "back-test", "hindsight": "hindsight", "mixed": "part back-test"}
BACK_TEST = (
    "made or imported after the match. They should use only data from before kickoff, which cannot be "
    "verified. Such predictions are not proof of foresight"
)
HINDSIGHT = (
    "made after kickoff, when the result could be known. Such predictions count only on the hindsight "
    "leaderboard and do not affect quotas"
)
AFTER_EXPOSURE = (
    "received after predictions of the same match had been public. Such predictions do not count on the "
    "leaderboard of live predictions"
)
PAUSED = "paused after repeated failures"


@lru_cache(maxsize=4096)
def letters(form: str) -> SafeString | str:
    """Render the letters of the recent form (see FORM), newest last, with a text for screen readers."""
    if not form:
        return NOTHING
    spoken = "Last matches, newest last: " + ", ".join(FORM[letter][0] for letter in form)
    marks = format_html_join(
        "",
        '<span class="f f-{}">{}</span>',
        ((FORM[letter][1], "\N{MIDDLE DOT}" if letter == "-" else letter) for letter in form),
    )
    return format_html(
        '<span class="form" role="img" aria-label="{}" title="{}">{}</span>', spoken, spoken, marks
    )


def status_pill(match: Match) -> SafeString:
    """Render the status of a match. A scheduled match is labelled "Result awaited" after its kickoff.

    If only the day of the kickoff is known, it gets this label after that day. An awarded match is labelled
    with its winner and score, e.g. "Awarded to Barrow (0-3)".
    """
    label = match.get_status_display()
    if match.status == Status.AWARDED:
        label = _awarded(match)
    if match.status == Status.SCHEDULED and _has_kicked_off(match, timezone.now()):
        label = "Result awaited"
    css_class = "void" if match.is_void else match.status
    return format_html('<span class="pill pill-{}">{}</span>', css_class, label)


def _has_kicked_off(match: Match, now: datetime) -> bool:
    """Return True if the match certainly kicked off before `now`."""
    return match.kickoff_at < now if match.kickoff_time_known else match.kickoff_on < now.date()


def _awarded(match: Match) -> str:
    to = {
        Award.HOME: f"Awarded to {match.home_team.short_name}",
        Award.AWAY: f"Awarded to {match.away_team.short_name}",
        Award.BOTH: "Lost by both teams",
    }
    score = "" if match.home_score is None else f" ({score_text(match)})"
    return to.get(Award(match.award), "Awarded") + score


def kind(forecaster: Forecaster) -> str:
    """Return the label of a forecaster's kind; much faster than Django's `get_kind_display`."""
    return KINDS.get(forecaster.kind, forecaster.kind)


_KIND_NAMES = {
    Forecaster.Kind.LLM: ("language model", "language models"),
    Forecaster.Kind.STATISTICAL: ("statistical model", "statistical models"),
    Forecaster.Kind.BOOKMAKER: ("bookmaker", "bookmakers"),
    Forecaster.Kind.HUMAN: ("person", "people"),
}


def kinds_in_words(kinds: Mapping[str, int]) -> str:
    """Return the numbers of forecasters as words, e.g. "Two language models and 14 bookmakers"."""
    parts = [
        f"{in_prose(number)} {_KIND_NAMES[Forecaster.Kind(kind)][number > 1]}"
        for kind, number in kinds.items()
    ]
    *most, last = parts or ["no forecaster"]
    words = f"{', '.join(most)} and {last}" if most else last
    return words[:1].upper() + words[1:]


def countdown(match: Match, now: datetime) -> str:
    """Return the time until the kickoff of a scheduled match, e.g. "in 3 h".

    Returns "" if the kickoff has passed, if its time is unknown, or if the match is e.g. postponed.
    """
    left = (match.kickoff_at - now).total_seconds()
    is_known = match.kickoff_time_known and match.status == Status.SCHEDULED
    return f"in {duration(left)}" if left > 0 and is_known else ""


def kind_badge(forecaster: Forecaster) -> SafeString:
    baseline = ' <span class="badge badge-baseline">baseline</span>' if forecaster.is_baseline else ""
    return format_html('<span class="badge">{}</span>{}', kind(forecaster), mark_safe(baseline))


def and_others(number: int) -> str:
    """Return the end of a text that names only the first of `number` rows, e.g. " and seven others"."""
    others = number - 1
    if others < 1:
        return ""
    word = cardinal_word(others) if others < 100 else str(others)
    return f" and {word} other{pluralize(others)}"


def provisional_heading(below: int, columns: int) -> SafeString:
    """Return the table row that separates ranked from provisional rows.

    `below` is the number of matches required for a rank, `columns` the number of columns of the table.
    """
    return format_html(
        '<tr class="group"><th scope="rowgroup" colspan="{}">Provisional: fewer than {}</th></tr>',
        columns,
        _matches(below),
    )


def moved_mark(before: int | None, after: int) -> SafeString | str:
    """Render how many places were gained or lost, e.g. an arrow up with "2"; "" if there was no move."""
    if before is None or before == after:
        return ""
    arrow, word, way = (
        ("\N{UPWARDS ARROW}", "up", "gain") if after < before else ("\N{DOWNWARDS ARROW}", "down", "loss")
    )
    return format_html(
        ' <span class="{}"><span class="difference"><span aria-hidden="true">{}</span>'
        '<span class="hidden">{} </span>{}</span></span>',
        way,
        arrow,
        word,
        abs(before - after),
    )


def provisional_badge(row: Any) -> SafeString | str:
    """Return a "provisional" badge for a leaderboard row with too few matches for a rank, else ""."""
    if not row.is_provisional:
        return ""
    return format_html(
        ' <span class="badge" title="fewer than {}: no rank yet">provisional</span>',
        _matches(row.provisional_below),
    )


def _matches(number: int) -> str:
    return f"{number} match{pluralize(number, 'es')}"


@lru_cache
def provenance_badge(provenance: str, shared: str = "") -> SafeString | str:
    """Return a badge for predictions that are not all live, else "".

    `shared` is the provenance that all rows of the page have, if any: the page states it once.
    """
    if provenance in ("live", shared):
        return ""
    title = HINDSIGHT if provenance == "hindsight" else BACK_TEST
    label = PROVENANCES.get(provenance, PROVENANCES["mixed"])
    return format_html('<span class="badge badge-archive" title="{}">{}</span>', title, label)


SHADES = (0.65, 0.5, 0.35, 0.2)  # from these probabilities on, the darkest first


@lru_cache(maxsize=4096)
def probability_cell(value: float | None) -> SafeString:
    """Render a table cell with a probability. The more probable, the darker; the number stays text."""
    shade = 0 if value is None else next((4 - at for at, least in enumerate(SHADES) if value >= least), 0)
    return format_html('<td class="num{}">{}</td>', f" shade-{shade}" if shade else "", percent(value))


def exposure_badge(after_exposure: bool) -> SafeString | str:
    """Return a badge if a prediction was received after predictions of its match had been public, else ""."""
    if not after_exposure:
        return ""
    return format_html(' <span class="badge" title="{}">others were public</span>', AFTER_EXPOSURE)


def received(provenance: str, at: datetime, match: Match, shared: str = "") -> str:
    """Describe provenance and time of a prediction, e.g. "live, 3 h before kickoff".

    The provenance is left out if all rows of the page have it.
    """
    before = (match.kickoff_at - at).total_seconds()
    kickoff = "kickoff" if match.kickoff_time_known else "the day of the match began"
    label = "" if provenance == shared else f"{PROVENANCES.get(provenance, provenance)}, "
    return f"{label}{duration(abs(before))} {'before' if before > 0 else 'after'} {kickoff}"
