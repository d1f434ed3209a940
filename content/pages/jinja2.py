"""Jinja environment of the public pages, with filters and functions that format numbers, times and labels."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.defaultfilters import capfirst, date, pluralize, truncatechars
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as write_date
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment

from content.models import Roundup
from content.pages.selectors import freshness as reads
from content.text import results
from core import rounding
from core.http.links import absolute, link
from matches.models import Forecaster, Match, ResultRevision
from matches.result import Result
from matches.statuses import Status
from scoring.corrections import ResultChange
from stats.metrics import BY_NAME, RANKED, Metric
from stats.refresh import matviews

NOTHING = "\N{EN DASH}"
KINDS: dict[str, str] = dict(Forecaster.Kind.choices)
LETTERS = {"E": "exact score", "D": "goal difference", "T": "tendency", "-": "miss"}
HINDSIGHT = "made after the kickoff, when the result could be known; on no other board, and sets no quotas"
ARCHIVE = "made after the match from data before it; not proof of foresight"
PAUSED = "not asked for a while: it failed again and again"
# A score like 2-1 in text content: the next angle bracket must be "<", so that attributes do not match.
SCORE_IN_TEXT = re.compile(r"(?<![\w-])(\d{1,2}-\d{1,2})(?![\w-])(?=[^<>]*(?:<|$))")
# Parameters that identify a page; others, e.g. the order, are not part of the canonical URL.
CANONICAL = ("competition", "season", "team", "round", "page")


# --- Numbers --------------------------------------------------------------------------------------
# Cached, because half of a page of fifty rows is numbers, and most of them do not change.


@lru_cache(maxsize=16_384)
def figure(value: object, places: int = 2) -> str:
    """Return a number with the given number of decimals; a dash for anything else, e.g. a missing score."""
    return str(rounding.half_up(value, places)) if isinstance(value, (int, float)) else NOTHING


@lru_cache(maxsize=16_384)
def percent(value: rounding.Number | None, places: int = 0) -> str:
    """Return a fraction (0..1) as a percentage; a dash for None."""
    return NOTHING if value is None else f"{rounding.percent(value, places)}\N{NO-BREAK SPACE}%"


def measure(value: float | None, metric: Metric) -> str:
    """Format the value of a leaderboard metric."""
    return (percent if metric.kind == "share" else figure)(value, metric.decimals)


def duration(seconds: float | None) -> str:
    """Format a duration in a suitable unit: days, h, min or s; a dash for None."""
    if seconds is None:
        return NOTHING
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{rounding.half_up(seconds / size)}\N{NO-BREAK SPACE}{unit}"
    return f"{rounding.half_up(seconds, 1 if seconds < 10 else 0)}\N{NO-BREAK SPACE}s"


def rank(row: Any) -> str:
    """Format the rank of a leaderboard row, with "=" if it is shared; a dash if it has none."""
    if row.rank is None:
        return NOTHING
    return f"={row.rank}" if row.sharing > 1 else str(row.rank)


# --- Moments --------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def moment(value: datetime | None, style: str = "j M Y, H:i") -> str | SafeString:
    """Format a time in UTC as a <time> element; a dash for None."""
    if value is None:
        return NOTHING
    value = value.astimezone(UTC)
    zone = " UTC" if "H" in style else ""
    return format_html(
        '<time datetime="{}">{}{}</time>', f"{value:%Y-%m-%dT%H:%M:%SZ}", write_date(value, style), zone
    )


# --- Scores and labels ----------------------------------------------------------------------------


def score(pair: tuple[int, int] | None) -> str:
    return NOTHING if pair is None else f"{pair[0]}-{pair[1]}"


def extras(result: Result) -> str:
    """Describe extra time and shootout of a match or revision; empty if there were none."""
    parts = []
    if result.home_score_aet is not None:
        parts.append(f"after 90 minutes {result.home_score}-{result.away_score}")
        parts.append(f"after extra time {result.home_score_aet}-{result.away_score_aet}")
    if result.home_penalties is not None:
        parts.append(f"penalties {result.home_penalties}-{result.away_penalties}")
    return ", ".join(parts)


def result(recorded: ResultRevision) -> SafeString:
    """Describe a recorded result; line breaks within scores are prevented."""
    return headline(results.result_in_words(recorded))


def became(change: ResultChange) -> SafeString:
    """Describe a correction as a phrase; line breaks within scores are prevented."""
    return headline(results.became(change))


def moved(change: ResultChange) -> str:
    """Describe how a recorded result changed the points, in one or two sentences."""
    return results.moved_in_words(change)


def signed(difference: int) -> str:
    """Format a difference of points, e.g. +4, with a typographic minus sign."""
    return f"+{difference}" if difference > 0 else str(difference).replace("-", "\N{MINUS SIGN}")


def sentence(text: str) -> str:
    """Capitalise the first letter and add a full stop if needed."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


@lru_cache(maxsize=4096)
def letters(form: str) -> SafeString | str:
    """Render the form letters, newest last, with a description for screen readers."""
    if not form:
        return NOTHING
    spoken = "Last matches, newest last: " + ", ".join(LETTERS[letter] for letter in form)
    marks = format_html_join(
        "",
        '<span class="f f-{}">{}</span>',
        ((LETTERS[letter].split()[0], "\N{MIDDLE DOT}" if letter == "-" else letter) for letter in form),
    )
    return format_html(
        '<span class="form" role="img" aria-label="{}" title="{}">{}</span>', spoken, spoken, marks
    )


def status_pill(match: Match, now: datetime | None = None) -> SafeString:
    """Render the status of a match; "Result awaited" if it is scheduled but its kickoff has passed."""
    label = match.get_status_display()
    if match.status == Status.SCHEDULED and match.kickoff_at < (now or timezone.now()):
        label = "Result awaited"
    kind = "void" if match.is_void else match.status
    return format_html('<span class="pill pill-{}">{}</span>', kind, label)


def kind(forecaster: Forecaster) -> str:
    """Return the label of a forecaster's kind; much faster than Django's `get_kind_display`."""
    return KINDS.get(forecaster.kind, forecaster.kind)


def kind_badge(forecaster: Forecaster) -> SafeString:
    baseline = (
        mark_safe(' <span class="badge badge-baseline">baseline</span>') if forecaster.is_baseline else ""
    )
    return format_html('<span class="badge">{}</span>{}', kind(forecaster), baseline)


def provisional_heading(below: int, columns: int) -> SafeString:
    """Return the heading row above provisional rows, in a table with the given number of columns."""
    return format_html(
        '<tr class="group"><th scope="rowgroup" colspan="{}">Provisional: fewer than {}</th></tr>',
        columns,
        _matches(below),
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
def provenance_badge(kind: str) -> SafeString | str:
    """Return a badge for predictions that are not all live: archive, part archive or hindsight, else ""."""
    if kind == "live":
        return ""
    if kind == "hindsight":
        return format_html('<span class="badge badge-archive" title="{}">hindsight</span>', HINDSIGHT)
    label = "archive" if kind == "archive" else "part archive"
    return format_html('<span class="badge badge-archive" title="{}">{}</span>', ARCHIVE, label)


def received(provenance: str, at: datetime, kickoff: datetime) -> str:
    """Describe provenance and time of a prediction, e.g. "live, 3 h before kickoff"."""
    before = (kickoff - at).total_seconds()
    return f"{provenance}, {duration(abs(before))} {'before' if before > 0 else 'after'} kickoff"


def body(roundup: Roundup) -> SafeString:
    """Return the article as safe HTML; it was sanitised when it was written. No other code marks it safe.

    Line breaks within scores are prevented.
    """
    return mark_safe(SCORE_IN_TEXT.sub(r'<span class="nowrap">\1</span>', roundup.body_html))


def headline(title: str) -> SafeString:
    """Escape the title of a roundup; line breaks within scores are prevented."""
    return mark_safe(SCORE_IN_TEXT.sub(r'<span class="nowrap">\1</span>', escape(title)))


# --- Page frame -----------------------------------------------------------------------------------


def freshness(view: str | None = None) -> tuple[reads.Freshness, str]:
    """Return the freshness of the page's view, and the format for its update time.

    The default is the main leaderboards. The format omits the date if the update was today.
    """
    now = timezone.now()
    current = reads.current(now, view=view or matviews.VERSIONED)
    is_today = current.updated_at is not None and current.updated_at.date() == now.date()
    return current, "H:i:s" if is_today else "j M Y, H:i"


def canonical(request: HttpRequest) -> str:
    """Return the canonical URL of this page, without parameters that do not identify it."""
    query = [(name, request.GET[name]) for name in CANONICAL if request.GET.get(name)]
    query = [each for each in query if each != ("page", "1")]
    return absolute(f"{request.path}{'?' if query else ''}{urlencode(query)}")


def querystring(request: HttpRequest, **changes: Any) -> str:
    """Return the query string of this page with some parameters changed; None removes a parameter."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def nav_link(request: HttpRequest, name: str, label: str) -> SafeString:
    """Render a link of the main navigation; it is marked if it leads to the current section."""
    href = link(name)
    here = mark_safe(' aria-current="page"') if request.path.startswith(href) else ""
    return format_html('<a href="{}"{}>{}</a>', href, here, label)


# --- Lists ----------------------------------------------------------------------------------------


def together(rows: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Group consecutive rows by an attribute such as `match.season`; return (value, rows) pairs."""
    return [(value, list(group)) for value, group in groupby(rows, attrgetter(attribute))]


FILTERS = (
    *(figure, percent, measure),
    *(duration, rank, moment, score, extras, result, became, moved, signed, sentence),
    *(
        letters,
        kind,
        provenance_badge,
        link,
        body,
        headline,
        together,
        capfirst,
        date,
        pluralize,
        truncatechars,
    ),
)
FUNCTIONS = (
    *(status_pill, kind_badge, provenance_badge, provisional_badge, provisional_heading, received),
    *(freshness, canonical, querystring, nav_link, link, static),
)


def environment(**options: Any) -> Environment:
    """Create the Jinja environment of the public pages; referenced by settings.TEMPLATES."""
    made = Environment(**options | {"undefined": ChainableUndefined, "keep_trailing_newline": True})
    made.filters |= {each.__name__: each for each in FILTERS}
    made.globals |= {each.__name__: each for each in FUNCTIONS}
    made.globals |= {"METRICS": BY_NAME, "RANKED": RANKED}
    made.globals |= {"ARCHIVE": ARCHIVE, "HINDSIGHT": HINDSIGHT, "PAUSED": PAUSED}
    return made
