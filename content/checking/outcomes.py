"""Who won, and with what score: the claims that must agree with the match."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content.checking.masks import Masks
from content.facts import Facts

_BEAT = (
    r"(?:beat|beats|beating|defeat|defeats|defeated|edge|edges|edged|thrash|thrashes|thrashed|rout|routs|routed"
    r"|overcame|overcomes?|got past|saw off|see off|won [^.;]{0,20}?\bat|win [^.;]{0,20}?\bat)"
)
_LOST_TO = r"(?:lost [^.;]{0,20}?\bto|lose [^.;]{0,20}?\bto|(?:were|was|are) beaten by|fell to|fall to)"
# "draw 9" is a probability; the verb has a score behind it.
_DREW = re.compile(r"\b(?:drew|draw \d+[-\u2013:]\d+|shared the points|goalless)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\b(?:penalties|shootout|earlier|first met|extra time|had)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    token: str
    why: str


def faults(sentence: str, masks: Masks, facts: Facts) -> Iterator[Fault]:
    """What a masked sentence says wrongly about the result. Sentences on other matches are not judged."""
    yield from _adjacent(sentence, masks, facts)
    if facts["match"]["void"] or _ELSEWHERE.search(sentence):
        return
    outcome, home, away = facts["match"]["outcome"], masks.side("home"), masks.side("away")
    for winner, first, second in (("home", home, away), ("away", away, home)):
        won = re.search(rf"{first} (?:\w+ ){{0,2}}{_BEAT} (?:\w+ ){{0,2}}{second}", sentence)
        lost = re.search(rf"{second} (?:\w+ ){{0,2}}{_LOST_TO} (?:\w+ ){{0,2}}{first}", sentence)
        if (claim := won or lost) and outcome != winner:
            yield Fault(masks.reveal(claim[0]), "names the wrong winner")
    both = re.search(home, sentence) and re.search(away, sentence)
    if both and outcome != "draw" and (drew := _DREW.search(sentence)):
        yield Fault(drew[0], "claims a draw")


def _adjacent(sentence: str, masks: Masks, facts: Facts) -> Iterator[Fault]:
    """ "Arsenal 2-1 Chelsea" gives each side the goals beside it."""
    score, home, away = facts["match"]["score"], masks.side("home"), masks.side("away")
    for first, second, mirrored in ((home, away, False), (away, home, True)):
        for claim in re.finditer(rf"{first} (\d+)[-\u2013](\d+) {second}", sentence):
            goals = (int(claim[2]), int(claim[1])) if mirrored else (int(claim[1]), int(claim[2]))
            if score is None or goals != (score["home"], score["away"]):
                yield Fault(masks.reveal(claim[0]), "is not the score")


def has_score(title: str, facts: Facts) -> bool:
    """Whether a headline carries the score that counts, where there is one."""
    score = facts["match"]["score"]
    if facts["match"]["void"] or score is None:
        return True
    return any(re.search(rf"(?<!\d){text}(?!\d)", title) for text in (score["text"], score["winner_first"]))
