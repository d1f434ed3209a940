"""What was reported before, and why it is another result now."""

from collections.abc import Iterator

from content.facts.schema import Correction
from content.writers.desk import Desk


def before(desk: Desk, correction: Correction) -> str:
    """The former result: "2-1", "1-1, and 4-3 to Ashford on penalties", "abandoned at 0-0", "awarded 3-0"."""
    status = correction["status_before"] or ""
    if status == "awarded" and correction["score_before"]:
        return f"awarded {correction['winner_first_before']}{_to(desk, correction['winner_before'])}"
    played = f"{_played(desk, correction)}{_shootout(desk, correction)}"
    if status == "finished":
        return played or status
    return f"{status} at {played}" if status == "abandoned" and played else status


def _to(desk: Desk, winner: str | None) -> str:
    return f" to {desk.short(winner)}" if winner else ""


def _played(desk: Desk, correction: Correction) -> str:
    """The score that counted; with extra time, or without it, where that was told differently."""
    after_90, extra = correction["after_90_before"], correction["after_extra_time_before"]
    now = desk.match["after_extra_time"]
    if extra is None:
        without = " without extra time" if now and correction["status_before"] == "finished" else ""
        return f"{correction['score_before'] or ''}{without}"
    if now and desk.match["after_90"] and (after_90, extra) == (desk.match["after_90"]["text"], now["text"]):
        return correction["score_before"] or ""
    return f"{after_90} after 90 minutes and {extra} after extra time"


def _shootout(desk: Desk, correction: Correction) -> str:
    """The former shootout, where that was told differently."""
    now, former = desk.match["penalties"], correction["penalties_before"]
    told = former, correction["shootout_winner_before"]
    if told == (now and now["winner_first"], desk.match["shootout_winner"]):
        return ""
    if former is None:
        return ", with no shootout" if correction["status_before"] == "finished" else ""
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
    """Why, in the words recorded with the result; the checker knows them by their quotation marks."""
    if desk.match["reason"]:
        yield f"The reason given: “{desk.show(desk.match['reason'])}”"
