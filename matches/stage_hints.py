"""What the name of a round says about its stage. Pure: no database.

Sources write the stage of a match in its round ("Group A", "Clausura - 5", "Quarter-finals", "3. Spieltag").
The same stage gets the same name, whichever source and language it comes from.
"""

import re
from dataclasses import dataclass

REGULAR_SEASON, GROUP_STAGE, KNOCKOUT_STAGE, FRIENDLIES = (
    *("Regular season", "Group stage"),
    *("Knockout stage", "Friendlies"),
)
LEAGUE, GROUPS, KNOCKOUT, FRIENDLY, UNKNOWN = "league", "groups", "knockout", "friendly", "unknown"

_NUMBERED = re.compile(r"(?:matchday |round |week )?\d{1,3}", re.IGNORECASE)
_GROUP = re.compile(r"(?:group|gruppe|grupo|groupe|girone)[ _]([a-z]|\d{1,2})\b.*", re.IGNORECASE)
_KNOCKOUT = re.compile(
    r"\b(?:finals?|semi|quarter|round of \d+|last \d+|play-?offs?|knock-?outs?|third place)\b", re.IGNORECASE
)
_FRIENDLY = re.compile(r"\bfriendl", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StageHint:
    """Stage of a match as far as its source says: name, kind (`unknown` if it does not show), and group."""

    name: str
    kind: str = UNKNOWN
    group: str = ""


def group_name(words: str) -> str:
    """Return the short name of a group: "A" for "Group A" or "GROUP_A". Other names stay as they are."""
    line = " ".join(words.replace("_", " ").split())
    found = _GROUP.fullmatch(line)
    return found[1].upper() if found else line


def stage_of_round(label: str, *, matchday: int | None = None, group: str = "") -> StageHint:
    """Return the stage of a round.

    A round with a group is part of the group stage. A numbered round without a group is part of the regular
    season.
    """
    if group or _GROUP.fullmatch(label):
        return StageHint(GROUP_STAGE, GROUPS, group_name(group or label))
    if matchday is not None or _NUMBERED.fullmatch(label):
        return StageHint(REGULAR_SEASON, LEAGUE)
    if _FRIENDLY.search(label):
        return StageHint(FRIENDLIES, FRIENDLY)
    if _KNOCKOUT.search(label):
        return StageHint(KNOCKOUT_STAGE, KNOCKOUT)
    return StageHint(label)
