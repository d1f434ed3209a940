"""Sentences about the season's leaderboard and the streaks of forecasters."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from content.roundups.facts.schema_tables import BoardFacts, Move
from content.roundups.writers.english import counted, listing, number, ordinal, possessive, verb
from content.roundups.writers.template_context import Desk

FEW_NAMES = 4


def board(desk: Desk) -> list[str]:
    facts = desk.facts["board"]
    if facts is None:
        return ["There is no ranking on the season's board yet", *_streaks(desk)]
    if desk.field["hits"] is None:
        return [_untouched(desk, facts)]
    return [*_top(desk, facts), *_moves(desk, facts), *_streaks(desk)]


def _untouched(desk: Desk, facts: BoardFacts) -> str:
    """Return the sentence for a match without scored picks. Probabilities alone are not on this board."""
    if not facts["leaders"]:
        return "On the season's board nothing moves"
    return desk.tell(
        "untouched",
        "The season's board stays as it was, with {leaders} on top",
        "On the season's board nothing moves; {leaders} {stay} on top",
        leaders=_leaders(desk, facts),
        stay=verb(len(facts["leaders"]), "stays", "stay"),
    )


def _leaders(desk: Desk, facts: BoardFacts) -> str:
    if len(facts["leaders"]) > FEW_NAMES:
        return f"{number(facts['leaders_count'])} forecasters"
    return desk.people(facts["leaders"])


def _top(desk: Desk, facts: BoardFacts) -> Iterator[str]:
    leaders, many = _leaders(desk, facts), len(facts["leaders"])
    if not facts["top"][0]["points"]:
        yield "Nobody on the season's board has a point yet"
        return
    if not many:
        yield "It is too early in the season to name a leader of the forecasters' board"
        return
    average = f"{facts['leaders_average']:.2f} points a match"
    if not facts["leaders_before"]:
        yield f"{leaders} {verb(many, 'leads', 'lead')} the season's board, with {average}"
    elif "change_at_the_top" in desk.tags:
        yield _takeover(desk, facts, average)
    elif many > 1:
        yield f"{leaders} share the top of the season's board, with {average}"
    else:
        yield desk.tell(
            "top",
            "{leader} stays on top of the season's board with {average}",
            "{leader} still leads the season's board, on {average}",
            "At the top of the season's board {leader} holds on, with {average}",
            "The season's board is led by {leader} as before, with {average}",
            leader=leaders,
            average=average,
        )
    yield from _gap(desk, facts)


def _takeover(desk: Desk, facts: BoardFacts, average: str) -> str:
    leaders = _leaders(desk, facts)
    former = [name for name in facts["leaders_before"] if name not in facts["leaders"]]
    if len(facts["leaders"]) > 1:
        return f"{leaders} now share the top of the season's board, with {average}"
    if not former or len(former) > FEW_NAMES:
        return f"{leaders} now leads the season's board alone, with {average}"
    return desk.tell(
        "top",
        "The season's board has a new leader: {leader} takes over from {former}, with {average}",
        "{leader} overtakes {former} and leads the season's board with {average}",
        leader=leaders,
        former=desk.people(former),
        average=average,
    )


def _gap(desk: Desk, facts: BoardFacts) -> Iterator[str]:
    lead = facts["lead"]
    if lead is None:
        return
    second = desk.show(lead["second"])
    if lead["lead_points"]:
        yield desk.tell(
            "gap",
            "{second} is {gap} behind",
            "The gap to {second} is {gap}",
            "{second} follows, {gap} behind",
            second=second,
            gap=counted(lead["lead_points"], "point"),
        )
    elif lead["lead_average"]:
        yield f"{second} is {lead['lead_average']:.2f} points a match behind"


def _moves(desk: Desk, facts: BoardFacts) -> Iterator[str]:
    if facts["moved"]:
        up = _grouped(desk, _untold(desk, facts["risers"]), "climbs", "climb")
        down = _grouped(desk, _untold(desk, facts["fallers"]), "drops", "drop")
        yield "; ".join([*up, *down])
    elif facts["leaders_before"] and facts["size"] > 1:
        yield desk.choose(
            "moves", "Nobody changed places", "The order below is unchanged", "All places stay as they were"
        )


def _untold(desk: Desk, moves: Sequence[Move]) -> list[Move]:
    """Leave out moves to and from the top if a takeover has been told, or no one is called the leader."""
    facts = desk.facts["board"]
    told = "change_at_the_top" in desk.tags or not (facts and facts["leaders"])
    return [move for move in moves if not (told and 1 in (move["rank"], move["rank_before"]))]


def _grouped(desk: Desk, moves: Sequence[Move], one: str, many: str) -> list[str]:
    """Return one sentence per kind of move, e.g. "A and B climb from third to first"."""
    by_places = groupby(moves, key=lambda move: (move["rank_before"], move["rank"]))
    told = []
    for (before, after), group in by_places:
        names = [move["name"] for move in group]
        moved = verb(len(names), one, many)
        told.append(f"{desk.people(names)} {moved} from {ordinal(before)} to {ordinal(after)}")
    return [listing(told)] if told else []


def _streaks(desk: Desk) -> Iterator[str]:
    streaks = desk.facts["streaks"]
    for length, runs in groupby(streaks["ended"], key=lambda run: run["length"]):
        yield _ended(desk, [run["name"] for run in runs], length)
    for run in streaks["running"][:1]:
        yield desk.tell(
            f"running/{run['slug']}",
            "{name} has now been right {n} times in a row",
            "For {name} it was the {nth} right tendency in a row",
            name=desk.show(run["name"]),
            n=number(run["length"]),
            nth=ordinal(run["length"]),
        )
    for run in streaks["blanks_ended"][:1]:
        yield f"{desk.show(run['name'])} scores again after {counted(run['length'], 'blank')} in a row"


def _ended(desk: Desk, names: Sequence[str], length: int) -> str:
    people = desk.people(names)
    if len(names) > 1:
        return f"{people} had each been right {number(length)} times in a row; that is over"
    return desk.tell(
        f"ended/{length}",
        "{whose} run of {n} right tendencies in a row is over",
        "{name} had been right {n} times in a row; that is over",
        whose=possessive(people),
        name=people,
        n=number(length),
    )
