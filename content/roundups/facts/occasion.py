"""Names, dates and rounds in the form in which sentences contain them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from matches.kickoff_days import kickoff_day
from matches.round_words import take_apart
from matches.ties.rounds import round_without_leg

Kickoff = Mapping[str, Any]  # with kickoff_at and kickoff_time_known

_NUMBERED = re.compile(r"(?:(round|match ?day|game ?week|week) ?)?(\d+)\.?", re.IGNORECASE)
_SERIES = re.compile(r"[\s,(-]*\bbest[ -]of[ -]\w+\)?$", re.IGNORECASE)
_BEFORE = {"matchday": "on matchday", "gameweek": "in gameweek", "week": "in week", "round": "in round"}
LONGEST_LETTER = 2  # characters of a group such as "A" or "12"; longer ones are names
# English names of knockout rounds, by their letters without spaces and hyphens.
_KNOCKOUT = {
    "final": "the final",
    "semifinal": "the semi-finals",
    "quarterfinal": "the quarter-finals",
    "thirdplace": "the match for third place",
    "3rdplace": "the match for third place",
    "thirdplaceplayoff": "the match for third place",
    "matchforthirdplace": "the match for third place",
}


def one_line(name: str) -> str:
    """Return the name without line breaks and repeated spaces."""
    return " ".join(name.split())


def group_name(group: str) -> str:
    """Return the name of a group in a sentence: "Group A" for "A"; longer ones are names already."""
    return f"Group {group}" if len(group) <= LONGEST_LETTER else one_line(group)


@lru_cache(maxsize=4096)
def day(moment: str, time_zone: str, *, time_known: bool = True, with_year: bool = True) -> str:
    """Return the weekday and the date in this time zone, e.g. "Saturday 8 August 2015".

    For a kickoff without a known time, return the day that was reported.
    """
    when = _date(moment, time_zone, time_known)
    return f"{when:%A} {when.day} {when:%B}" + (f" {when.year}" if with_year else "")


def _date(moment: str, time_zone: str, time_known: bool) -> date:
    when = datetime.fromisoformat(moment)
    return when.astimezone(ZoneInfo(time_zone)).date() if time_known else kickoff_day(when, time_known=False)


def kickoff_on(row: Kickoff, time_zone: str) -> str:
    """Return the weekday and the date of the kickoff of a match."""
    return day(row["kickoff_at"], time_zone, time_known=row["kickoff_time_known"])


def kickoff_after(row: Kickoff, seen_from: Kickoff, time_zone: str) -> str:
    """Return the date of a kickoff, without the year if it is that of the match `seen_from`."""
    years = {
        _date(each["kickoff_at"], time_zone, each["kickoff_time_known"]).year for each in (row, seen_from)
    }
    return day(row["kickoff_at"], time_zone, time_known=row["kickoff_time_known"], with_year=len(years) > 1)


def zone_name(time_zone: str) -> str:
    """Return the name of a time zone for readers: "London time" for Europe/London."""
    return "UTC" if time_zone == "UTC" else f"{time_zone.rpartition('/')[2].replace('_', ' ')} time"


@lru_cache(maxsize=1024)
def round_in(label: str) -> str:
    """Return the name of a round after its preposition: "on matchday 7", "in the final", "in Group B"."""
    name = one_line(label)
    if numbered := _NUMBERED.fullmatch(name):
        word = (numbered[1] or "round").lower().replace(" ", "")
        return f"{_BEFORE[word]} {numbered[2]}"
    parts = take_apart(name)
    if parts.group:
        return f"in Group {parts.group}"
    name = round_without_leg(_SERIES.sub("", name))
    letters = re.sub(r"[\s-]", "", name).casefold()
    known = _KNOCKOUT.get(letters) or _KNOCKOUT.get(letters.removesuffix("s"))
    if known:
        return f"in {known}"
    if name.casefold().startswith(("round of", "last ")) or name.endswith((" round", " stage", " phase")):
        return f"in the {name[0].lower()}{name[1:]}"
    return f"in {name}" if any(map(str.isdigit, name)) else f"in the {name}"


def round_of(label: str) -> str:
    """Return the name of a round without its preposition, e.g. "matchday 7"."""
    return round_in(label).partition(" ")[2]
