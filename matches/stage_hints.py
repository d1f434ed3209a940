"""Find the stage of a match from the name of its round. Pure: no database.

Sources name the stage in the round ("Group A", "Clausura - 5", "Quarter-finals", "3. Spieltag"). The stage
found has the same name for all sources and languages. If the round can be of several kinds ("First Round"),
the kind is `unknown`, and an operator decides it (docs/adr/0041).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from matches import round_words
from matches.round_words import RoundWords, plain, take_apart

REGULAR_SEASON, LEAGUE_PHASE, GROUP_STAGE = "Regular season", "League phase", "Group stage"
KNOCKOUT_STAGE, FRIENDLIES = "Knockout stage", "Friendlies"
QUALIFYING_ROUNDS, FINAL_ROUND, ROUNDS, PLAY_OFFS = "Qualifying rounds", "Final round", "Rounds", "Play-offs"
LEAGUE, GROUPS, KNOCKOUT, FRIENDLY, UNKNOWN = "league", "groups", "knockout", "friendly", "unknown"
# Groups of a season that splits, the best first.
UPPER, MIDDLE, LOWER = "Championship round", "European round", "Relegation round"


@dataclass(frozen=True, slots=True)
class StageHint:
    """Stage of a match as found from the data of a source: name, group, and kind (`unknown` if not certain).

    `ranked_groups` are the names of the groups into which a league splits, the best first.
    """

    name: str
    kind: str = UNKNOWN
    group: str = ""
    ranked_groups: tuple[str, ...] = ()


def group_name(words: str) -> str:
    """Return the short name of a group: "A" for "Group A" or "GROUP_A". Other names stay as they are."""
    line = " ".join(words.replace("_", " ").split())
    found = round_words.GROUP.match(line)
    short = found[1] if found else line
    return short.upper() if len(short) <= 2 else short


@lru_cache(maxsize=4096)  # a season has few rounds, and each of them many matches
def stage_of_round(label: str, *, matchday: int | None = None, group: str = "", stage: str = "") -> StageHint:
    """Return the stage of a round, found from the round's name.

    `matchday`, `group` and `stage` are other fields of the source.
    """
    words = take_apart(f"{stage} - {label}" if stage else label)
    words = words.with_fields(numbered=matchday is not None, group=group_name(group), name=stage)
    hints = (rule(words) for rule in _RULES)
    return next((hint for hint in hints if hint is not None), StageHint(words.name or label))


# Each rule returns a hint, or None if the round is of another kind. The first hint counts.


def _friendlies(words: RoundWords) -> StageHint | None:
    return StageHint(FRIENDLIES, FRIENDLY) if round_words.FRIENDLY.search(words.rest) else None


def _play_offs(words: RoundWords) -> StageHint | None:
    """Return a hint for play-offs and knockout rounds, or None.

    Rounds of half a season are left to `_halves`. The kind of numbered play-offs is unknown, because the
    number can be a leg or the matchday of a small league.
    """
    is_play_off = round_words.PLAY_OFF.search(words.rest) is not None
    if not (is_play_off or words.is_knockout) or words.half:
        return None
    name = _name_of_play_offs(words.rest)
    if is_play_off and words.numbered:
        return StageHint(name or words.name or PLAY_OFFS)
    return StageHint(name or KNOCKOUT_STAGE, KNOCKOUT)


def _name_of_play_offs(rest: str) -> str:
    up, down = round_words.PROMOTION.search(rest), round_words.RELEGATION.search(rest)
    if up or down:
        aims = [word for word, found in (("promotion", up), ("relegation", down)) if found]
        return f"{' and '.join(aims).capitalize()} play-offs"
    if round_words.EUROPE.search(rest):
        return "European play-offs"
    return QUALIFYING_ROUNDS if round_words.QUALIFYING.search(rest) else ""


def _halves(words: RoundWords) -> StageHint | None:
    """Return a hint for a round of half a season, e.g. of the Clausura or its knockout rounds, or None."""
    if not words.half:
        return None
    if words.is_knockout or round_words.PLAY_OFF.search(words.rest):
        return StageHint(f"{words.half}: knockout stage", KNOCKOUT)
    if words.group:
        return StageHint(words.half, GROUPS, words.group)
    return StageHint(words.name) if words.rest else StageHint(words.half, LEAGUE)


def _final_round(words: RoundWords) -> StageHint | None:
    """Return a hint for a part of a split league, e.g. "Championship round" or "Meistergruppe", or None."""
    parts = {UPPER: round_words.UPPER, MIDDLE: round_words.MIDDLE, LOWER: round_words.LOWER}
    text = plain(f"{words.rest} {words.group}")
    found = next((group for group, pattern in parts.items() if pattern.search(text)), None)
    if found is None:
        return None
    ranked = (UPPER, MIDDLE, LOWER) if found == MIDDLE else (UPPER, LOWER)
    return StageHint(FINAL_ROUND, GROUPS, found, ranked)


def _groups(words: RoundWords) -> StageHint | None:
    """Return a hint for a group stage, or None for other rounds.

    If the source does not name the group, the kind is unknown: with the kind `groups`, all teams would be in
    a single table.
    """
    is_group_stage = round_words.GROUP_STAGE.fullmatch(words.rest) is not None
    if not words.group:
        return StageHint(GROUP_STAGE) if is_group_stage else None
    is_plain = is_group_stage or not words.rest or round_words.REGULAR.fullmatch(words.rest) is not None
    return StageHint(GROUP_STAGE if is_plain else words.name, GROUPS, words.group)


def _leagues(words: RoundWords) -> StageHint | None:
    if round_words.LEAGUE_PHASE.fullmatch(words.rest) or (words.numbered and words.rest == "league"):
        return StageHint(LEAGUE_PHASE, LEAGUE)
    if words.rest in ("league", "liga"):
        return StageHint(words.name, LEAGUE)
    if round_words.REGULAR.fullmatch(words.rest) or (words.numbered and not words.rest):
        return StageHint(REGULAR_SEASON, LEAGUE)
    return None


def _qualifying(words: RoundWords) -> StageHint | None:
    """Return a hint for a numbered or preliminary qualifying round, e.g. "2nd Round Qualifying", or None."""
    found = round_words.QUALIFYING.search(words.rest)
    if found is None or words.numbered:
        return None
    is_round = round_words.HAS_NUMBER.search(words.rest) or found[0].startswith("prelimin")
    return StageHint(QUALIFYING_ROUNDS, KNOCKOUT) if is_round else None


def _numbered_rounds(words: RoundWords) -> StageHint | None:
    """Return a hint for a numbered round of a cup or league, e.g. "First Round" or "1. Runde", or None.

    All these rounds share one stage, so that an operator decides only once.
    """
    is_round = round_words.NUMBERED_ROUND.fullmatch(words.rest) is not None
    return StageHint(ROUNDS) if is_round and not words.numbered else None


_RULES: tuple[Callable[[RoundWords], StageHint | None], ...] = (
    *(_friendlies, _halves, _play_offs, _final_round),
    *(_groups, _leagues, _qualifying, _numbered_rounds),
)
