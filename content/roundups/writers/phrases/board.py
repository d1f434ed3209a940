"""Sentences about the season's leaderboard and the streaks of forecasters."""

from collections.abc import Iterator

from content.roundups.writers.desk import Desk, listing

AVERAGE = "{board.leaders.average} points a match"


def board(desk: Desk) -> list[str]:
    facts = desk.facts["board"]
    if facts is None:
        return [*_streaks(desk)]
    if not desk.field["predictions"]:
        return []
    if desk.field["hits"] is None:  # probabilities alone are not counted here
        on_top = f"; {leads(desk, 'leads', 'lead')}" if facts["leaders"] else ""
        return [f"The leaderboard of the season stays as it was{on_top}"]
    return [*_top(desk), *_gap(desk), *_moves(desk), *_streaks(desk)]


def leads(desk: Desk, singular: str, plural: str) -> str:
    """Return the leaders with a verb, e.g. "A and B lead"."""
    return f"{desk.people('board.leaders')} {desk.agree('board.leaders', singular, plural)}"


def _top(desk: Desk) -> Iterator[str]:
    facts = desk.facts["board"]
    if not facts["top"][0]["points"]:
        yield "No one on the leaderboard of the season has a point yet"
    elif facts["leaders"] is None:
        yield "It is too early in the season to name a leader"
    elif facts["leaders_before"] is None:
        yield f"{leads(desk, 'leads', 'lead')} the season with {AVERAGE}"
    elif facts["leaders"]["count"] > 1:
        now = "now " if facts["new_leader"] else ""
        yield f"{leads(desk, '', f'{now}share')} the lead of the season, with {AVERAGE}"
    elif facts["new_leader"]:
        former = desk.people("board.leaders_before")
        yield desk.choose(
            "top",
            f"There is a new leader: {leads(desk, 'takes', '')} over from {former}, with {AVERAGE}",
            f"{leads(desk, 'overtakes', '')} {former} and leads the season with {AVERAGE}",
        )
    else:
        yield desk.choose(
            "top",
            f"{leads(desk, 'stays', '')} on top with {AVERAGE}",
            f"{leads(desk, 'still leads', '')} the season, on {AVERAGE}",
            f"At the top {leads(desk, 'holds', '')} on, with {AVERAGE}",
        )


def _gap(desk: Desk) -> Iterator[str]:
    lead, second = desk.facts["board"]["lead"], "{board.lead.second.name}"
    if lead and lead["points"]:
        gap = "{board.lead.points|counted}"
        yield desk.choose("gap", f"{second} is {gap} behind", f"The gap to {second} is {gap}")
    elif lead and lead["average"]:
        yield f"{second} is {{board.lead.average}} points a match behind"


def _moves(desk: Desk) -> Iterator[str]:
    facts = desk.facts["board"]
    moves = [_listed(desk, "risers", "climbs", "climb"), _listed(desk, "fallers", "drops", "drop")]
    if any(moves):
        yield "; ".join(filter(None, moves))
    elif not facts["moved"] and facts["leaders_before"] and facts["size"] > 2:
        yield desk.choose("moves", "No one changed places", "All places stay as they were")


def _listed(desk: Desk, kind: str, singular: str, plural: str) -> str:
    """Return the longest moves, without those to and from the top: the sentence about the leader has them."""
    texts = []
    for index, move in enumerate(desk.facts["board"][kind]):
        address = f"board.{kind}.{index}"
        who = f"{desk.people(address)} {desk.agree(address, singular, plural)}"
        if 1 not in (move["rank"], move["rank_before"]):
            texts.append(f"{who} from {{{address}.rank_before|ordinal}} to {{{address}.rank|ordinal}}")
    return listing(texts)


def _streaks(desk: Desk) -> Iterator[str]:
    texts = {
        "ended": ("had", "had each", "been right {N|times} in a row; that is over"),
        "running": ("has", "have each", "now been right {N|times} in a row"),
        "blanks_ended": ("scores", "score", "again after {N|counted} without points"),
    }
    for kind, (singular, plural, text) in texts.items():
        address = f"streaks.{kind}"
        if desk.facts["streaks"][kind]:
            verb = desk.agree(address, singular, plural)
            yield f"{desk.people(address)} {verb} {text.replace('{N', f'{{{address}.length')}"
