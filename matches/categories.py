"""Categories of teams and competitions: men, women, youth and reserves. Pure: no database.

A category is "men", "women", or a level ("u19", "youth", "reserves"). The levels of women have the prefix
"women-", e.g. "women-u19". Names are compared in ASCII letters, so one list of words covers all scripts with
an alphabet.
"""

import re
from functools import lru_cache

from anyascii import anyascii

MEN, WOMEN, YOUTH, RESERVES = "men", "women", "youth", "reserves"
LEVELS = (YOUTH, *(f"u{age}" for age in range(12, 24)), RESERVES)
CATEGORIES = (MEN, WOMEN, *LEVELS, *(f"{WOMEN}-{level}" for level in LEVELS))
# Values of Competition.country that are no country.
_INTERNATIONAL = {
    *("world", "international", "europe", "asia", "africa", "oceania", "americas"),
    *("north america", "south america", "central america", "north & central america"),
    *("uefa", "fifa", "afc", "caf", "concacaf", "conmebol", "ofc"),
}


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


_AGE = _any_of(r"(?:u|sub|under)[ -]?(\d\d)s?", r"moins de (\d\d)", r"o-?(\d\d)")
_JUNIOR_CLASS = re.compile(r"\b([a-d])[ -]junior(?:en|innen)\b")  # German age groups
_AGE_OF_CLASS = {"a": "u19", "b": "u17", "c": "u15", "d": "u13"}

# Words in the names of teams: only those that no club of adult men has in its name.
_WOMEN_OF_CLUB = _any_of(
    *("wom[ae]ns?", "lad(?:y|ies)", "female", "girls", "wfc", "femeni[a-z]*", "feminin[a-z]*", "femminile"),
    *("frauen", "damen", "dames", "damer", "kvinder", "kvinner", "vrouwen", "naiset", "kobiet[a-z]*"),
    *("zeny", "zensk[a-z]*", "kadin[a-z]*", "zhensk[a-z]*", "kvenna", "gynaik[a-z]*", "emakumea?k", "putri"),
)
_ENDS_LIKE_WOMEN = re.compile(r"\S (?:w|\(w\))$")  # Ashford W
_YOUTH_OF_CLUB = _any_of("youth", "jugend", r"(?<=\S )primavera$")
_RESERVES_OF_CLUB = re.compile(r"\breserves?\b|\S (?:ii|iii|b|c)$|^jong \S")

# Words in the names of competitions, besides those of teams.
_WOMEN_OF_COMPETITION = _any_of(
    *("womens?[a-z]*", "frauen(?!feld)[a-z]*", "damen[a-z]*", "dam", "damallsv[a-z]*", "femen[a-z]+"),
    *("kvinde[a-z]*", "kvinne[a-z]*", "vrouwen[a-z]*", "naist[a-z]*", "zen", "zene", "noi", "zheni"),
    *("zhenshchin[a-z]*", "zhinoch[a-z]*", "sieviesu", "moteru", "wanita", "madchen[a-z]*"),
    "[a-z]*juniorinnen",
    *("wsl ?\\d?", "nwsl", "uwcl", "liga f", "w-league", "we league", "wk league", "toppserien"),
)
_WOMEN_IN_OTHER_SCRIPTS = re.compile(
    "女|なでしこ|여자|سيدات|نسائي|نساء|بانوان|נשים|หญิง|महिला|nữ", re.IGNORECASE
)
_YOUTH_OF_COMPETITION = _any_of(
    *("youth[a-z]*", "jugend[a-z]*", "juvenil[a-z]*", "junior[a-z]*", "primavera", "espoirs", "jeunes"),
    *("jeugd[a-z]*", "ungdom[a-z]*", "nuoret", "nuorten", "mlodzie[a-z]*", "mladez[a-z]*", "dorost[a-z]*"),
    *("genclik", "gencler", "molod[a-z]*zh[a-z]*", "yunosh[a-z]*", "yunior[a-z]*", "yunacka", "cadet[a-z]*"),
    *("infantil[a-z]*", "academy", "academies", "nachwuchs[a-z]*", "ifjusagi", "tineret[a-z]*"),
)
_YOUTH_IN_OTHER_SCRIPTS = re.compile("ユース|青年|유스|청소년")
_RESERVES_OF_COMPETITION = _any_of("reserv[a-z]*", "riserve", "rezerv[a-z]*", "b[ -]teams?", "second teams")


def category_of_competition(name: str) -> str:
    """Return the category that the name of a competition shows, "men" if it shows none.

    "II" and "B" in such a name mean a lower division, not reserves.
    """
    plain = _plain(name)
    is_for_women = bool(
        _WOMEN_OF_CLUB.search(plain)
        or _WOMEN_OF_COMPETITION.search(plain)
        or _ENDS_LIKE_WOMEN.search(plain)
        or _WOMEN_IN_OTHER_SCRIPTS.search(name)
    )
    level = _age(plain)
    if not level and (_YOUTH_OF_COMPETITION.search(plain) or _YOUTH_IN_OTHER_SCRIPTS.search(name)):
        level = YOUTH
    if not level and _RESERVES_OF_COMPETITION.search(plain):
        level = RESERVES
    return _category(is_for_women, level) or MEN


@lru_cache(maxsize=10_000)
def category_of_team(name: str) -> str:
    """Return the category that the name of a team shows, e.g. "u19" for "Ashford U-19", or ""."""
    plain = _plain(name)
    is_for_women = bool(_WOMEN_OF_CLUB.search(plain) or _ENDS_LIKE_WOMEN.search(plain))
    level = _age(plain)
    if not level and _YOUTH_OF_CLUB.search(plain):
        level = YOUTH
    if not level and _RESERVES_OF_CLUB.search(plain):
        level = RESERVES
    return _category(is_for_women, level)


def combined(of_name: str, otherwise: str) -> str:
    """Combine two categories of a team: `of_name`, which its name shows, and `otherwise`.

    If `of_name` is "", returns `otherwise`. Else takes the level, e.g. "u19", from `of_name` or, if it has
    none, from `otherwise`. The result is for women if either category is for women.
    """
    if not of_name:
        return otherwise
    is_for_women = is_women(of_name) or is_women(otherwise)
    return _category(is_for_women, level_of(of_name) or level_of(otherwise)) or MEN


def unshown(category: str, name: str) -> str:
    """Return the part of a team's category that its name does not show, e.g. "women" for "Ashford U19"."""
    shown = category_of_team(name)
    is_for_women = is_women(category) and not is_women(shown)
    return _category(is_for_women, level_of(category) if level_of(category) != level_of(shown) else "")


def is_women(category: str) -> bool:
    return category.startswith(WOMEN)


def level_of(category: str) -> str:
    """Return the level of a category, e.g. "u19", or "" for first teams of adults."""
    level = category.removeprefix(f"{WOMEN}-")
    return level if level in LEVELS else ""


def label(category: str) -> str:
    """Return the category in words, e.g. "women U19"."""
    return re.sub(r"u(\d\d)", r"U\1", category).replace("-", " ")


def home_country(country: str) -> str:
    """Return the country of a competition, or "" if its teams come from several countries."""
    return "" if country.casefold().strip() in _INTERNATIONAL else country.strip()


def _category(is_for_women: bool, level: str) -> str:
    if is_for_women:
        return f"{WOMEN}-{level}" if level else WOMEN
    return level


def _plain(name: str) -> str:
    """Return the name in lower-case ASCII letters without apostrophes."""
    return re.sub("['`]", "", anyascii(name)).casefold()


def _age(plain: str) -> str:
    if found := _JUNIOR_CLASS.search(plain):
        return _AGE_OF_CLASS[found[1]]
    found = _AGE.search(plain)
    level = f"u{next(filter(None, found.groups()))}" if found else ""
    return level if level in LEVELS else ""
