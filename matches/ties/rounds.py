"""Names of rounds without the words for a leg, a game or a replay. Pure: no database."""

import re

from matches.round_words import LEGS

_THIRD_LEG = re.compile(r"\b(?:3rd|third|3\.)[ -]leg\b|\bleg (?:3|three)\b", re.IGNORECASE)
_GAME = re.compile(r"\b(?:game|match) \d\b", re.IGNORECASE)
_REPLAY = re.compile(
    r"\b(?:(?:1st|2nd|3rd|first|second|third) )?(?:replays?|wiederholungsspiele?)\b", re.IGNORECASE
)
_LAST = re.compile(
    r"\b(?:grand )?final|\bendspiel|\b(?:third|3rd)[ -]place|\bbronze|\bplatz 3\b", re.IGNORECASE
)
_EARLIER_FINAL = re.compile(
    r"\b(?:semi|quarter|half|1/\d+)[ -]?final|\bfinal (?:round|stage|phase)", re.IGNORECASE
)
_MARKS = re.compile(r"[\s\-,:;/(]*\(\s*\)|^[\s\-,:;/]+|[\s\-,:;/(]+$")


def round_without_leg(label: str) -> str:
    """Return the name of a round without the words for a leg, a game or a replay.

    Returns the label itself if it contains no other words.
    """
    rest = label
    for words in (*LEGS, _THIRD_LEG, _GAME, _REPLAY):
        rest = words.sub(" ", rest)
    return _MARKS.sub("", " ".join(rest.split())) or label


def round_key(label: str) -> str:
    """Return a form of the round's name that is the same for "Semi-final 1st leg" and "Semi finals"."""
    words = re.findall(r"\w+", round_without_leg(label).casefold())
    return " ".join(word.removesuffix("s") for word in words)


def names_leg(label: str) -> bool:
    return any(words.search(label) for words in (*LEGS, _THIRD_LEG))


def names_replay(label: str) -> bool:
    return _REPLAY.search(label) is not None


def is_last_round(label: str) -> bool:
    """Return True for a final or a match for third place, after which no team goes through."""
    return _LAST.search(label) is not None and _EARLIER_FINAL.search(label) is None
