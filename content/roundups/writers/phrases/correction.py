"""Sentences about the former result and the reason for the correction."""

from collections.abc import Iterator

from content.roundups.facts.schema import Correction
from content.roundups.writers.template_context import Desk


def before(desk: Desk, correction: Correction) -> str:
    """Return the former result, scores home first, and its winner.

    Like "1-2, a win for Barrow", "1-1, and 3-4 to Barrow on penalties", "abandoned at 0-0",
    "awarded 0-3 to Barrow" or "a defeat for both sides".
    """
    status, award = correction["status_before"] or "", correction.get("award_before")
    if award == "both":
        return "a defeat for both sides"
    if status == "awarded" and correction["score_before"]:
        return f"awarded {correction['score_before']}{_to(desk, correction['winner_before'])}"
    if award:
        return f"awarded to {desk.short(desk.match[award]['name'])}"
    played, winner = _played(desk, correction)
    if status == "finished":
        return f"{played}{_shootout(desk, correction) or _won(desk, winner)}" or status
    return f"{status} at {played}" if status == "abandoned" and played else status


def _to(desk: Desk, winner: str | None) -> str:
    return f" to {desk.short(winner)}" if winner else ""


def _won(desk: Desk, winner: str | None) -> str:
    return f", a win for {desk.short(winner)}" if winner else ""


def _played(desk: Desk, correction: Correction) -> tuple[str, str | None]:
    """Return the score that counted and its winner; all scores if extra time was reported otherwise."""
    score, after_90 = correction["score_before"] or "", correction["after_90_before"]
    extra, now = correction["after_extra_time_before"], desk.match["after_extra_time"]
    if extra is None:
        without = " without extra time" if now and correction["status_before"] == "finished" else ""
        return f"{score}{without}", correction["winner_before"]
    if now and desk.match["after_90"] and (after_90, extra) == (desk.match["after_90"]["text"], now["text"]):
        return score, correction["winner_before"]
    return f"{after_90} after 90 minutes and {extra} after extra time", correction["extra_time_winner_before"]


def _shootout(desk: Desk, correction: Correction) -> str:
    """Return the former shootout, or that there had been none if there is one now."""
    former = correction["penalties_before"]
    if former is None:
        return ", with no shootout" if desk.match["penalties"] else ""
    return f", and {former}{_to(desk, correction['shootout_winner_before'])} on penalties"


def corrected(desk: Desk) -> Iterator[str]:
    """Sentences for the story; nothing where the first report still stands."""
    correction = desk.facts["correction"]
    if correction is None:
        return
    yield _what_changed(desk, correction)
    yield from reason(desk)


def _what_changed(desk: Desk, correction: Correction) -> str:
    former, is_void = before(desk, correction), desk.match["void"]
    if is_void and correction["void_before"]:
        return f"This corrects an earlier report: the match had stood as {former}, and was void then, too"
    if is_void:
        return f"The result had stood as {former}; that is corrected, and the points it gave are taken back"
    if correction["void_before"]:
        return f"This corrects an earlier report: the match had stood as {former} and void; now it counts"
    score = desk.match["score"]
    same = score is not None and score["text"] == correction["score_before"]
    then = "the score that counts is the same" if same else "all was scored anew"
    return f"This corrects an earlier report: the result had stood as {former}; {then}"


def reason(desk: Desk) -> Iterator[str]:
    """Yield the recorded reason in quotation marks, by which the checker recognises it."""
    if desk.match["reason"]:
        yield f"The reason given: “{desk.show(desk.match['reason'])}”"
