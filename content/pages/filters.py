"""Jinja filters that format numbers, times, scores and texts."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from django.utils.dateformat import format as format_date
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from content.pages.selectors.rounds import round_url
from content.text import results
from core import rounding
from matches.kickoff_days import kickoff_day
from matches.models import Match, ResultRevision
from matches.result import Result
from matches.stage_hints import REGULAR_SEASON
from matches.tables.wording import group_label
from scoring.corrections import ResultChange
from stats.metrics import Metric

NOTHING = "\N{EN DASH}"
# A score like 2-1 in text content: the next angle bracket must be "<", so that attributes do not match.
SCORE_IN_TEXT = re.compile(r"(?<![\w-])(\d{1,2}-\d{1,2})(?![\w-])(?=[^<>]*(?:<|$))")


class HasKickoff(Protocol):
    """A match, or a row with its kickoff."""

    kickoff_at: datetime
    kickoff_time_known: bool


# Cached, because half of a page of fifty rows is numbers, and most of them do not change.
@lru_cache(maxsize=16_384)
def figure(value: object, places: int = 2) -> str:
    """Return a number with the given number of decimals; a dash for anything else, e.g. a missing score."""
    return str(rounding.half_up(value, places)) if isinstance(value, (int, float)) else NOTHING


@lru_cache(maxsize=16_384)
def percent(value: rounding.Number | None, places: int = 0) -> str:
    """Return a fraction (0..1) as a percentage; a dash for None."""
    return NOTHING if value is None else f"{rounding.percent(value, places)}\N{NO-BREAK SPACE}%"


def chance(count: int, runs: int, places: int = 0) -> str:
    """Return a frequency as a percentage: a dash for 0, "<1 %" or ">99 %" if rounding gives 0 or 100 %."""
    if count == 0:
        return NOTHING
    shown, least = percent(Fraction(count, runs), places), Fraction(1, 100 * 10**places)
    if shown == percent(0, places):
        return f"<{percent(least, places)}"
    return f">{percent(1 - least, places)}" if count < runs and shown == percent(1, places) else shown


def measure(value: float | None, metric: Metric) -> str:
    """Format the value of a leaderboard metric."""
    return (percent if metric.kind == "share" else figure)(value, metric.decimals)


def named(metric: Metric) -> str:
    """Return the label of a metric for use within a sentence, e.g. "points per match" or "RPS"."""
    label = metric.label
    return label[:1].lower() + label[1:] if " " in label else label


def difference(value: float | None, metric: Metric) -> str:
    """Format a difference of two values of a metric, e.g. +0.0123; a dash for None."""
    if value is None:
        return NOTHING
    text = figure(abs(value), metric.decimals)
    sign = "" if not float(text) else "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{text}"


def odds(evidence: float | None) -> str:
    """Format an e-value as odds against equal skill, e.g. 40 : 1; below 1 as "none"."""
    if evidence is None:
        return NOTHING
    if evidence < 1:
        return "none"
    shown = (
        "more than 1,000,000"
        if evidence > 1e6
        else f"{rounding.half_up(evidence, 1 if evidence < 10 else 0):,}"
    )
    return f"{shown}\N{NO-BREAK SPACE}:\N{NO-BREAK SPACE}1"


def duration(seconds: float | None) -> str:
    """Format a duration in the largest unit of which it has two: days, h, min or s; a dash for None.

    It is rounded before the unit is chosen: "2 h", never "120 min".
    """
    if seconds is None:
        return NOTHING
    for size, unit, smaller in ((86_400, "days", 3600), (3600, "h", 60), (60, "min", 1)):
        if rounding.half_up(seconds / smaller) * smaller >= 2 * size:
            return f"{rounding.half_up(seconds / size)}\N{NO-BREAK SPACE}{unit}"
    return f"{rounding.half_up(seconds, 1 if seconds < 9.95 else 0)}\N{NO-BREAK SPACE}s"


def signed(difference: int) -> str:
    """Format a difference of points, e.g. +4, with a typographic minus sign."""
    return f"+{difference}" if difference > 0 else str(difference).replace("-", "\N{MINUS SIGN}")


def rank(row: Any) -> str:
    """Format the rank of a leaderboard row, with "=" if it is shared; a dash for rows without a rank."""
    if row.rank is None:
        return NOTHING
    return f"={row.rank}" if row.sharing > 1 else str(row.rank)


@lru_cache(maxsize=4096)
def moment(value: datetime | None, style: str = "j M Y, H:i") -> str | SafeString:
    """Format a time in UTC as a <time> element; a dash for None."""
    if value is None:
        return NOTHING
    value = value.astimezone(UTC)
    zone = " UTC" if "H" in style else ""
    return format_html(
        '<time datetime="{}">{}{}</time>', f"{value:%Y-%m-%dT%H:%M:%SZ}", format_date(value, style), zone
    )


def kickoff(match: HasKickoff, style: str = "j M Y, H:i") -> str | SafeString:
    """Format the kickoff of a match.

    If its time is not known, return its day, and "time unknown" in place of the time in `style`.
    """
    return kickoff_time(match.kickoff_at, match.kickoff_time_known, style)


def kickoff_time(at: datetime, time_known: bool, style: str = "j M Y, H:i") -> str | SafeString:
    """Format a kickoff that is not the current one of a match; see `kickoff`."""
    if time_known:
        return moment(at, style)
    day, unknown = kickoff_day(at, time_known=False), "time unknown" if "H" in style else ""
    if not (style := style.removesuffix("H:i").removesuffix(", ")):
        return unknown
    shown = format_html('<time datetime="{}">{}</time>', day.isoformat(), format_date(day, style))
    return format_html("{}, {}", shown, unknown) if unknown else shown


def day_span(first: date, last: date) -> str:
    """Return two days as a range, e.g. "16 to 18 August 2025"; a single day if they are equal."""
    if first == last:
        return format_date(last, "j F Y")
    style = "j" if (first.year, first.month) == (last.year, last.month) else "j F"
    start = format_date(first, style if first.year == last.year else "j F Y")
    return f"{start} to {format_date(last, 'j F Y')}"


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
    """Describe a recorded result, without line breaks in scores."""
    return headline(results.result_in_words(recorded))


def became(change: ResultChange) -> SafeString:
    """Describe a correction as a phrase, without line breaks in scores."""
    return headline(results.became(change))


def headline(text: str) -> SafeString:
    """Escape a text, e.g. the title of a roundup, and prevent line breaks in scores."""
    return scores_together(escape(text))


def scores_together(html: SafeString) -> SafeString:
    """Prevent line breaks in the scores of sanitised HTML."""
    return mark_safe(SCORE_IN_TEXT.sub(r'<span class="nowrap">\1</span>', html))


def sentence(text: str) -> str:
    """Capitalise the first letter and add a full stop if needed."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


def stage_and_round(match: Match) -> str:
    """Return stage, group and round of a match, e.g. "Group stage · Group A · Matchday 2".

    The stage of a plain league, and a stage or group that the name of the round contains, are left out.
    """
    names = [match.stage.name, group_label(match.group)]
    shown = [name for name in names if name not in ("", REGULAR_SEASON) and name not in match.round_label]
    return " · ".join([*shown, match.round_label])


def url_of_round(match: Match) -> str:
    """Return the URL of the page of the match's round."""
    return round_url(match.season.competition.slug, match.stage_id, match.round_label)


def grouped_by(rows: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Group consecutive rows by an attribute such as `match.season`; return (value, rows) pairs."""
    return [(value, list(group)) for value, group in groupby(rows, attrgetter(attribute))]
