"""Check of claims about the winner and the score against the match."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content.roundups.fact_check.claims import CORRECTION
from content.roundups.fact_check.masks import Masks
from content.roundups.facts import Facts

_BEAT = (
    r"(?:beat|beats|beating|defeat|defeats|defeated|edge|edges|edged|thrash|thrashes|thrashed|rout|routs|routed"
    r"|overcame|overcomes?|got past|saw off|see off|won [^.;]{0,20}?\bat|win [^.;]{0,20}?\bat)"
)
_LOST_TO = r"(?:lost [^.;]{0,20}?\bto|lose [^.;]{0,20}?\bto|(?:were|was|are) beaten by|fell to|fall to)"
# "draw 9" is a probability; the verb has a score behind it.
_DREW = re.compile(r"\b(?:drew|draw \d+[-\u2013:]\d+|shared the points|goalless)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\b(?:penalties|shootout|earlier|first met|extra time|had)\b", re.IGNORECASE)
_OTHER_MATCH = re.compile(r"\b(?:earlier|first met)\b", re.IGNORECASE)
_LATE_WIN = rf"(?:win|wins|won|go through|goes through|went through|{_BEAT})"
_LATE_LOSS = rf"(?:lose|loses|lost|go out|goes out|went out|{_LOST_TO})"
_EXTRA_TIME, _PENALTIES = r"(?:after|in) extra time", r"(?:on penalties|shootout)"
_FORMER = re.compile(r"\b(?:stood|reported) as (\D{0,20})(\d+)[-\u2013](\d+)(?!\d)")
_RUNS = (
    ("unbeaten", r"unbeaten|without defeat"),
    ("winless", r"without a win|not won in"),
    ("losses", r"lost (?:\S+ ){1,3}in a row|defeats? in a row|lost their last|run of \S+ defeats"),
    ("wins", r"won (?:\S+ ){1,3}in a row|wins? in a row|won their last|run of \S+ wins"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    token: str
    why: str


def faults(sentence: str, masks: Masks, facts: Facts) -> Iterator[Fault]:
    """Yield the errors of a masked sentence about the result. Sentences about other matches are ignored."""
    yield from _adjacent(sentence, masks, facts)
    yield from _former(sentence, masks, facts)
    yield from _late_winner(sentence, masks, facts)
    yield from _runs(sentence, masks, facts)
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


def _late_winner(sentence: str, masks: Masks, facts: Facts) -> Iterator[Fault]:
    """Check who is said to have won after extra time or on penalties; a former result is not meant."""
    if CORRECTION.search(sentence) or _OTHER_MATCH.search(sentence):
        return
    match = facts["match"]
    extra_time = match["after_extra_time"]
    by_extra_time = extra_time and _side_of(extra_time["home"], extra_time["away"])
    by_penalties = match["penalties"] and _side_of(match["penalties"]["home"], match["penalties"]["away"])
    for when, winner in ((_EXTRA_TIME, by_extra_time), (_PENALTIES, by_penalties)):
        for side, other in (("home", "away"), ("away", "home")):
            name = masks.side(side)
            won = re.search(rf"{name} (?:\w+ )?{_LATE_WIN}\b[^.;]{{0,40}}?{when}", sentence)
            lost = re.search(rf"{masks.side(other)} (?:\w+ )?{_LATE_LOSS}\b[^.;]{{0,40}}?{when}", sentence)
            after = re.search(rf"[Ee]xtra time[^.;]{{0,30}} win for {name}", sentence)
            claim = won or lost or (after if when == _EXTRA_TIME else None)
            if claim and winner != side:
                yield Fault(masks.reveal(claim[0]), "names the wrong winner")


def _side_of(home: int, away: int) -> str | None:
    return None if home == away else "home" if home > away else "away"


def _former(sentence: str, masks: Masks, facts: Facts) -> Iterator[Fault]:
    """Check a former result, "had stood as 1-0, a win for Ashford": its score, home first, and its winner."""
    correction, claim = facts["correction"], _FORMER.search(sentence)
    if correction and claim and f"{claim[2]}-{claim[3]}" not in correction.values():
        yield Fault(masks.reveal(claim[0]), "is not the former result")
    if not CORRECTION.search(sentence):
        return
    for side in ("home", "away"):
        to = rf"(\d+)[-\u2013](\d+)[^.;\d]{{0,20}} (?:to|win for) {masks.side(side)}"
        for won in re.finditer(to, sentence):
            if _side_of(int(won[1]), int(won[2])) != side:
                yield Fault(masks.reveal(won[0]), "names the wrong winner")


def _runs(sentence: str, masks: Masks, facts: Facts) -> Iterator[Fault]:
    """Check the kind of a run: "unbeaten in six" may be said only of the side that is."""
    sides = {facts["match"][side]["name"] for side in ("home", "away")}
    told = masks.names_in(sentence) & sides
    for kind, words in _RUNS:
        claim = re.search(rf"\b(?:{words})", sentence) if len(told) == 1 else None
        runs = {run["kind"].removesuffix("_ended") for run in facts["team_runs"] if run["name"] in told}
        if claim and kind not in runs:
            yield Fault(masks.reveal(claim[0]), "is not the run of this team")


def _adjacent(sentence: str, masks: Masks, facts: Facts) -> Iterator[Fault]:
    """ "Arsenal 2-1 Chelsea" gives each side the goals beside it; a correction may name the former score."""
    correction = facts["correction"] if CORRECTION.search(sentence) else None
    former = set(correction.values()) if correction else set()
    score, home, away = facts["match"]["score"], masks.side("home"), masks.side("away")
    for first, second, mirrored in ((home, away, False), (away, home, True)):
        for claim in re.finditer(rf"{first} (\d+)[-\u2013](\d+) {second}", sentence):
            goals = (int(claim[2]), int(claim[1])) if mirrored else (int(claim[1]), int(claim[2]))
            if f"{goals[0]}-{goals[1]}" in former:
                continue
            if score is None or goals != (score["home"], score["away"]):
                yield Fault(masks.reveal(claim[0]), "is not the score")


def has_score(title: str, facts: Facts) -> bool:
    """Return True if the headline contains the score that counts, or if no score counts."""
    score = facts["match"]["score"]
    if facts["match"]["void"] or score is None:
        return True
    return any(re.search(rf"(?<!\d){text}(?!\d)", title) for text in (score["text"], score["winner_first"]))
