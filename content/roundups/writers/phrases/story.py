"""What happened: the result, how both sides came into it, and what was said about it before."""

from collections.abc import Iterator

from content.roundups.facts.schema import TeamRun
from content.roundups.writers.english import number, ordinal
from content.roundups.writers.phrases.correction import corrected, reason
from content.roundups.writers.template_context import Desk

ROUT, FEAST = 4, 6
BASIS = {"full_time": "after 90 minutes", "after_extra_time": "after extra time"}
RESULTS = {
    "rout": ("{winner} thrashed {loser} {line}", "{winner} routed {loser} {line}"),
    "away": ("{winner} won {line} at {loser}", "{winner} beat {loser} {line} away from home"),
    "narrow": (
        "{winner} edged {loser} {line}",
        "{winner} beat {loser} {line}",
        "{winner} got past {loser} {line}",
    ),
    "home": ("{winner} beat {loser} {line}", "{winner} defeated {loser} {line} at home"),
    "neutral": ("{winner} beat {loser} {line}",),
    "draw": ("{home} and {away} drew {line}", "{away} held {home} to a {line} draw"),
    "level": ("{home} and {away} stood at {score} {basis}",),
    "extra": ("{winner} beat {loser} {line} {basis}",),
    "corrected": ("It ended {home} {score} {away}, a win for {winner},",),
    "corrected_extra": ("It stood at {home} {score} {away} {basis}, a win for {winner},",),
    "goalless": ("{home} and {away} drew {line}", "There were no goals between {home} and {away}"),
}
RUNS = {
    "wins": ("It was the {nth} win in a row for {team}", "{team} have now won {n} in a row"),
    "losses": ("{team} have lost {n} in a row", "For {team} it was the {nth} defeat in a row"),
    "unbeaten": (
        "{team} are now unbeaten in {n} matches",
        "That makes {n} matches without defeat for {team}",
    ),
    "winless": ("{team} have gone {n} matches without a win", "{team} have not won in {n} matches now"),
    "wins_ended": ("{team} had won their last {n}", "It ended a run of {n} wins for {team}"),
    "losses_ended": ("{team} had lost their last {n}", "It ended a run of {n} defeats for {team}"),
    "unbeaten_ended": (
        "{team} had been unbeaten in {n} matches",
        "It ended a run of {n} matches without defeat for {team}",
    ),
    "winless_ended": (
        "{team} had not won in {n} matches",
        "For {team} it was the end of {n} matches without a win",
    ),
}
VOID = {
    "abandoned": "was abandoned",
    "cancelled": "was cancelled",
    "awarded": "was not settled on the pitch",
}


def story(desk: Desk) -> list[str]:
    if desk.match["void"]:
        return [*_void(desk), *corrected(desk)]
    return [
        f"{_result(desk)} {_occasion(desk)}",
        *_extra_time(desk),
        *_goals(desk),
        *(_run(desk, run) for run in desk.facts["team_runs"]),
        *_earlier_meeting(desk),
        *corrected(desk),
    ]


def _occasion(desk: Desk) -> str:
    match = desk.match
    season = f"the {match['season']} {desk.show(match['competition']['name'])}"
    if match["nth_of_season"] == 1:
        return f"on {match['kickoff_on']}, in the first match of {season}"
    return f"on {match['kickoff_on']} in {desk.show(match['round'])} of {season}"


def _result(desk: Desk) -> str:
    score = desk.match["score"]
    return desk.tell(
        "result",
        *RESULTS[_kind(desk)],
        home=desk.home,
        away=desk.away,
        winner=desk.show(desk.match["winner"] or ""),
        loser=desk.show(desk.match["loser"] or ""),
        line=score["winner_first"] if score else "",
        score=score["text"] if score else "",
        basis=_basis(desk),
    )


def _basis(desk: Desk) -> str:
    """Return when the score stood that counts for the forecasts."""
    return BASIS[desk.match["basis"] if desk.match["after_extra_time"] else "full_time"]


def _is_corrected(desk: Desk) -> bool:
    correction = desk.facts["correction"]
    return bool(correction and correction["status_before"])


def _kind(desk: Desk) -> str:
    margin = desk.match["margin"] or 0
    if desk.match["after_90"]:
        return _kind_with_extra_time(desk)
    if desk.actual == "away" and _is_corrected(desk):
        return "corrected"  # home first, like the former score beside it
    if desk.actual == "draw":
        return "draw" if desk.match["goals"] else "goalless"
    if margin >= ROUT:
        return "rout"
    if desk.match["neutral"]:
        return "neutral"
    if desk.actual == "away":
        return "away"
    return "narrow" if margin == 1 else "home"


def _kind_with_extra_time(desk: Desk) -> str:
    if desk.actual == "draw" or _basis(desk) == BASIS["full_time"]:
        return "level"
    return "corrected_extra" if desk.actual == "away" and _is_corrected(desk) else "extra"


def _extra_time(desk: Desk) -> Iterator[str]:
    match = desk.match
    if match["after_90"] is None:
        return
    if match["after_extra_time"] and match["basis"] == "after_extra_time":
        yield f"It had been {match['after_90']['text']} after 90 minutes"
    elif match["after_extra_time"]:
        by_that = match["decided"] == "extra_time"
        winner = f", a win for {desk.show(match['final_winner'] or '')}" if by_that else ""
        yield f"Extra time ended {match['after_extra_time']['text']}{winner}"
    if match["penalties"] and match["shootout_winner"]:
        winner = desk.show(match["shootout_winner"])
        score = match["penalties"]["text" if _is_corrected(desk) else "winner_first"]
        yield f"{winner} won the shootout {score}"
    yield f"For the forecasts the score {_basis(desk)} counts"


def _goals(desk: Desk) -> Iterator[str]:
    goals = desk.match["goals"] or 0
    if goals >= FEAST:
        yield desk.tell(
            "goals", "The two sides shared {n} goals", "There were {n} goals in all", n=number(goals)
        )


def _run(desk: Desk, run: TeamRun) -> str:
    return desk.tell(
        f"run/{run['slug']}",
        *RUNS[run["kind"]],
        team=desk.short(run["name"]),
        n=number(run["length"]),
        nth=ordinal(run["length"]),
    )


def _earlier_meeting(desk: Desk) -> Iterator[str]:
    meeting = desk.facts["earlier_meeting"]
    if meeting is None:
        return
    line, when = meeting["score"]["winner_first"], meeting["kickoff_on"]
    if meeting["winner"] is None:
        yield desk.tell(
            "meeting",
            "Their earlier meeting, on {when}, had ended in a {line} draw",
            "The two had drawn {line} when they first met, on {when}",
            when=when,
            line=line,
        )
        return
    yield desk.tell(
        "meeting",
        "When they first met, on {when}, {winner} had won {line}",
        "{winner} had won the earlier meeting {line}, on {when}",
        winner=desk.short(meeting["winner"]),
        when=when,
        line=line,
    )


def _void(desk: Desk) -> Iterator[str]:
    match, score = desk.match, desk.match["score"]
    yield f"The match between {desk.home} and {desk.away} {_occasion(desk)} {VOID[match['status']]}"
    if match["status"] == "awarded":
        yield from _awarded(desk)
    elif score:
        yield f"The score on the books is {score['text']}"
    if not _is_corrected(desk):
        yield from reason(desk)
    if desk.field["predictions"]:
        yield "It counts for no forecaster and stays out of every average"


def _awarded(desk: Desk) -> Iterator[str]:
    """Yield who was awarded the match; facts of earlier versions lack `award`."""
    match, score, award = desk.match, desk.match["score"], desk.match.get("award")
    if award == "both":
        yield "It counts as a defeat for both sides"
    elif score:
        winner = f" to {desk.short(match['winner'])}" if match["winner"] else ""
        yield f"It was awarded {score['text' if _is_corrected(desk) else 'winner_first']}{winner}"
    elif award:
        yield f"It was awarded to {desk.short(match[award]['name'])}"
