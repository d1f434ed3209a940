"""What was reported before, and why it is another result now."""

from collections.abc import Iterator

from content.facts.schema import Correction
from content.writers.desk import Desk
from content.writers.language import counted, verb


def before(desk: Desk, correction: Correction) -> str:
    """The former result: "2-1", "abandoned at 0-0", "awarded 3-0 to Ashford"."""
    status, score = correction["status_before"] or "", correction["score_before"]
    if status == "finished":
        return score or status
    if status == "awarded" and score:
        winner = correction["winner_before"]
        to = f" to {desk.short(winner)}" if winner else ""
        return f"awarded {correction['winner_first_before']}{to}"
    return f"{status} at {score}" if status == "abandoned" and score else status


def corrected(desk: Desk) -> Iterator[str]:
    """Sentences for the story; nothing where the first report still stands."""
    correction = desk.facts["correction"]
    if correction is None:
        return
    if correction["status_before"]:
        yield _what_changed(desk, correction)
        yield from reason(desk)
    if late := correction["late_predictions"]:
        with_them = verb(late, "with it", "with them")
        came = f"{counted(late, 'prediction')} came after the first count"
        yield f"{came}; the match was scored again {with_them}"


def _what_changed(desk: Desk, correction: Correction) -> str:
    former, is_void = before(desk, correction), desk.match["void"]
    if is_void and correction["void_before"]:
        return f"This corrects an earlier report: the match had stood as {former}, and was void then, too"
    if is_void:
        return f"The result had stood as {former}; that is corrected, and the points it gave are taken back"
    if correction["void_before"]:
        return f"This corrects an earlier report: the match had stood as {former} and void; now it counts"
    return f"This corrects an earlier report: the result had stood as {former}; all was scored anew"


def reason(desk: Desk) -> Iterator[str]:
    """Why, in the words recorded with the result; the checker knows them by their quotation marks."""
    if desk.match["reason"]:
        yield f"The reason given: “{desk.show(desk.match['reason'])}”"
