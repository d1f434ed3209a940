"""Words for legs, games, series and replays in the names of rounds. Pure: no database."""

import re

from matches.round_words import LEGS

_THIRD_LEG = re.compile(r"\b(?:3rd|third|3\.)[ -]leg\b|\bleg (?:3|three)\b", re.IGNORECASE)
_DIGITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_NUMBER = rf"(\d|{'|'.join(_DIGITS)})"
_GAME = re.compile(
    rf"\b(?:game|match|spiel|juego|partido|jogo|gara) (?:no\.? |#)?{_NUMBER}"
    rf"(?: ?(?:of|/|von|de|di) ?{_NUMBER})?\b",
    re.IGNORECASE,
)
_SHORTEST = 3  # games of a series
_ONLY_GAME = re.compile(r"(?:game|gara) ", re.IGNORECASE)  # "Match 1" may be any match of a round
# "Best of 3", "Bo3", and the same in Spanish, Portuguese, French, Italian and German.
_BEST_OF = re.compile(
    r"\b(?:best[ -]of[ -]|bo ?|(?:al |a )?(?:mejor|melhor) de |au meilleur des |al meglio delle? )"
    rf"(?:{_NUMBER}|(?:tres|três|trois|tre|drei)|(cinco|cinq|cinque|fünf)|(siete|sete|sept|sette|sieben))\b",
    re.IGNORECASE,
)
# A "finals series" consists of all knockout rounds.
_SERIES = re.compile(r"(?<!\bfinals )\bseries\b|\b(?:semi|quarter)[ -]?finals series\b", re.IGNORECASE)
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

    Without other words, returns "Series" for "Game 1", and else the label itself.
    """
    rest = label
    for words in (*LEGS, _THIRD_LEG, _GAME, _REPLAY):
        rest = words.sub(" ", rest)
    return _MARKS.sub("", " ".join(rest.split())) or ("Series" if _ONLY_GAME.match(label) else label)


def round_key(label: str) -> str:
    """Return a form of the round's name that is the same for "Semi-final 1st leg" and "Semi finals"."""
    words = re.findall(r"\w+", round_without_leg(label).casefold())
    return " ".join(word.removesuffix("s") for word in words)


def names_leg(label: str) -> bool:
    return any(words.search(label) for words in (*LEGS, _THIRD_LEG))


def names_replay(label: str) -> bool:
    return _REPLAY.search(label) is not None


def game_number(label: str) -> int | None:
    """Return the number of a game in the name of a round, e.g. 2 for "Semi-final, game 2", or None.

    Returns None for "game 1 of 2", too: a series has at least three games.
    """
    found = _GAME.search(label)
    return _digit(found[1]) if found and not (found[2] and _digit(found[2]) < _SHORTEST) else None


def series_length(label: str) -> int | None:
    """Return the number of games of a series that the name of a round contains, or None.

    E.g. 5 for "Final (best of five)" and "Game 2 of 5". A "semi-final series" has at least three games.
    """
    if found := _BEST_OF.search(label):
        in_other_languages = 5 if found[2] else 7 if found[3] else 3
        games = _digit(found[1]) if found[1] else in_other_languages
    elif (found := _GAME.search(label)) and found[2]:
        games = _digit(found[2])
    else:
        games = _SHORTEST if _SERIES.search(label) else 0
    return games if games >= _SHORTEST else None


def _digit(text: str) -> int:
    return _DIGITS.get(text.lower()) or int(text)


def is_last_round(label: str) -> bool:
    """Return True for a final or a match for third place, after which no team goes through."""
    return _LAST.search(label) is not None and _EARLIER_FINAL.search(label) is None
