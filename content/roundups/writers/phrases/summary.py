"""The standfirst: it does without the rest. Plain text."""

from content.roundups.writers.english import UNPREDICTED, counted, listing, number, verb
from content.roundups.writers.phrases.correction import before
from content.roundups.writers.phrases.headline import DECIDED
from content.roundups.writers.template_context import Desk

FEW_NAMES = 3
LEADS = (
    "{leaders} still {heads} the season's board",
    "The season's board is led by {leaders}",
    "No change at the top, where {leaders} {stays}",
)


def summary(desk: Desk) -> str:
    return desk.sentences([_corrected(desk), _decided(desk), _field(desk), _top(desk)])


def _decided(desk: Desk) -> str:
    """Return the winner after extra time or on penalties; the score that counts may not name one."""
    winner, how = desk.match["final_winner"], DECIDED.get(desk.match["decided"] or "")
    return f"{desk.show(winner)} won {how}" if winner and how and not desk.match["void"] else ""


def _corrected(desk: Desk) -> str:
    correction = desk.facts["correction"]
    if correction is None or not correction["status_before"]:
        return ""
    return f"Corrected: the match had been reported as {before(desk, correction)}"


def _field(desk: Desk) -> str:
    field, hits = desk.field, desk.field["hits"]
    if "void" in desk.tags:
        return _void(desk)
    if not field["predictions"]:
        return f"{UNPREDICTED}, so the forecasters' board is untouched"
    if hits is None:
        given = counted(field["probability_picks"], "forecaster")
        return f"{given} gave probabilities for this match, none a score"
    picks, right, it = field["score_picks"], hits["tendency"], _outcome(desk)
    if picks == 1:
        return f"The only forecaster with a score was {'right' if right else 'wrong'}"
    if right == 0:
        return f"{'Neither' if picks == 2 else 'None'} of the {number(picks)} forecasters saw {it} coming"
    who = f"all {number(picks)}" if right == picks else f"{number(right)} of {number(picks)}"
    saw = desk.tell("saw", "{who} forecasters saw {it} coming", "{who} forecasters had {it}", who=who, it=it)
    return f"{saw}{_best(desk)}"


def _outcome(desk: Desk) -> str:
    """Return what happened; if more than 90 minutes were played, say which score is meant."""
    by_90 = desk.match["after_90"] and not (
        desk.match["basis"] == "after_extra_time" and desk.match["after_extra_time"]
    )
    return f"{desk.outcome(desk.actual)}{' after 90 minutes' if by_90 else ''}"


def _void(desk: Desk) -> str:
    predictions = desk.field["predictions"]
    if not predictions:
        return "The match does not count, and no one predicted it before the kickoff"
    are_void = verb(predictions, "is void", "are void")
    return f"The match does not count: {counted(predictions, 'prediction')} {are_void}"


def _best(desk: Desk) -> str:
    heroes = desk.facts["heroes"]
    if heroes is None or heroes["count"] > FEW_NAMES or heroes["count"] == desk.field["score_picks"]:
        return ""
    names = listing([desk.show(hero["name"]) for hero in heroes["best"]])
    each = " each" if heroes["count"] > 1 else ""
    did = verb(heroes["count"], "does", "do")
    return f"; {names} {did} best with {counted(heroes['points'], 'point')}{each}"


def _top(desk: Desk) -> str:
    board = desk.facts["board"]
    if board is None or not 0 < len(board["leaders"]) <= FEW_NAMES or not board["top"][0]["points"]:
        return ""
    leaders, many = desk.people(board["leaders"]), len(board["leaders"])
    if "change_at_the_top" in desk.tags:
        return f"{leaders} now {verb(many, 'heads', 'head')} the season's board"
    if not board["leaders_before"]:
        return f"{leaders} {verb(many, 'leads', 'lead')} the season's board"
    heads, stays = verb(many, "heads", "head"), verb(many, "stays", "stay")
    return desk.tell("lead", *LEADS, leaders=leaders, heads=heads, stays=stays)
