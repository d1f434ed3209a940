"""The story of the match: the result, extra time, the tie, runs, and what was reported before."""

from collections.abc import Iterator

from content.roundups.writers.desk import Desk, fill

ROUT, FEAST = 4, 6  # goals
OCCASION = "of the {match.season} {match.competition.name}"
DAY = "on {match.kickoff_on}"
RESULTS = {
    "rout": ("{W} thrashed {L} {S}", "{W} routed {L} {S}"),
    "away": ("{W} won {S} at {L}", "{W} beat {L} {S} away from home"),
    "narrow": ("{W} edged {L} {S}", "{W} beat {L} {S}", "{W} got past {L} {S}"),
    "plain": ("{W} beat {L} {S}", "{W} defeated {L} {S}"),
}
RUNS = {  # the team comes first in the first wording, and not in the second
    "wins": ("{T} have now won {N|words} in a row", "It was the {N|ordinal} win in a row for {T}"),
    "losses": ("{T} have lost {N|words} in a row", "For {T} it was the {N|ordinal} defeat in a row"),
    "unbeaten": ("{T} are now unbeaten in {N|counted}", "That makes {N|counted} without defeat for {T}"),
    "winless": ("{T} have gone {N|counted} without a win", "{T} have not won in {N|counted} now"),
    "wins_ended": ("{T} had won their last {N|words}", "It ended a run of {N|words} wins for {T}"),
    "losses_ended": ("{T} had lost their last {N|words}", "It ended a run of {N|words} defeats for {T}"),
    "unbeaten_ended": ("{T} had been unbeaten in {N|counted}", "It ended {N|counted} without defeat for {T}"),
    "winless_ended": ("{T} had not won in {N|counted}", "It ended {N|counted} without a win for {T}"),
}
VOID = {"abandoned": "was abandoned", "cancelled": "was cancelled", "awarded": "was not decided on the pitch"}


def story(desk: Desk) -> list[str]:
    if desk.match["void"]:
        return [*_void(desk), *_corrected(desk)]
    opening = _extra_time(desk) if desk.match["after_90"] else f"{_result(desk)} {_occasion(desk)}"
    parts = (_tie(desk), _records(desk), _runs(desk), _earlier_meeting(desk), _corrected(desk))
    return [opening, *(text for part in parts for text in part)]


def _occasion(desk: Desk) -> str:
    """Return day and round: "on Sunday 8 May 2016, matchday 36 of ...", "in the final of ... on Sunday"."""
    if desk.match["nth_of_season"] == 1:
        return f"{DAY}, in the opening match {OCCASION}"
    if desk.match["round_in"].startswith("on "):
        return f"{DAY}, {{match.round_of}} {OCCASION}"
    leg = "in the {tie.number|ordinal} leg of {match.round_of}" if desk.tie.get("format") == "legs" else ""
    return f"{leg or '{match.round_in}'} {OCCASION} {DAY}"


def _result(desk: Desk) -> str:
    match = desk.match
    if match["outcome"] == "draw":
        return _draw(desk)
    if match["outcome"] == "away" and desk.is_corrected:
        return "It ended {match.home.name} {match.score.text} {match.away.name}, a win for {match.winner},"
    kind = "plain"
    if match["margin"] >= ROUT:
        kind = "rout"
    elif not match["neutral"]:
        kind = "away" if match["outcome"] == "away" else "narrow" if match["margin"] == 1 else "plain"
    wording = desk.choose("result", *RESULTS[kind])
    return fill(wording, W="match.winner", L="match.loser", S="match.score.text|winner_first")


def _draw(desk: Desk) -> str:
    wordings = ["{match.home.name} and {match.away.name} drew {match.score.text}"]
    if desk.match["goals"] == 0:
        wordings.append("There were no goals between {match.home.name} and {match.away.name}")
    elif (desk.field["consensus"] or {}).get("outcomes") == ["home"] and not desk.match["neutral"]:
        wordings.append("{match.away.name} held {match.home.name} to a {match.score.text} draw")
    return desk.choose("result", *wordings)


def _extra_time(desk: Desk) -> str:
    """Return the winner after extra time or penalties, and the other scores."""
    match, result = desk.match, desk.result
    last = "penalties" if match["penalties"] else "after_extra_time"
    how = "on penalties" if match["penalties"] else "after extra time"
    text = f"{{result.winner}} beat {{result.loser}} {{result.score}} {how}"
    if not result["winner"]:
        text = f"{{match.home.name}} and {{match.away.name}} drew {{match.{last}.text}} {how}"
    elif desk.is_corrected and result["winner"] == match["away"]["name"]:
        line = f"{{match.home.name}} {{match.{last}.text}} {{match.away.name}}"
        text = f"It ended {line} {how}, a win for {{result.winner}},"
    return f"{text} {_occasion(desk)}; {_other_scores(desk)}"


def _other_scores(desk: Desk) -> str:
    """Return the scores before the last one, and which of them counts for the forecasts."""
    match, extra = desk.match, ""
    if match["penalties"] and match["after_extra_time"]:
        extra = f" and {_score(desk, 'after_extra_time')} after extra time"
    counts = "by the score after extra time"
    if match["basis"] == "full_time" or not match["after_extra_time"]:
        counts = "by the {match.minutes|counted}" if extra else "which is what forecasts are judged by"
    early = f"it was {_score(desk, 'after_90')} after {{match.minutes|counted}}{extra}"
    return f"{early}, {counts}" if counts.startswith("which") else f"{early}. Forecasts are judged {counts}"


def _score(desk: Desk, name: str) -> str:
    """Return a score, with the names of the teams unless it is level."""
    score = f"{{match.{name}.text}}"
    is_level = desk.match[name]["home"] == desk.match[name]["away"]
    return score if is_level else f"{{match.home.name}} {score} {{match.away.name}}"


def _tie(desk: Desk) -> Iterator[str]:
    tie = desk.tie
    if tie.get("format") == "single" and tie["winner"] and tie["number"] == 1:
        yield "" if tie["is_last_round"] else "{tie.winner} go through"
    elif tie.get("text"):
        yield "{tie.text}"


def _records(desk: Desk) -> Iterator[str]:
    records = desk.facts["records"]
    if records["most_goals"]:
        yield "No earlier match of the season had as many goals: {match.goals|words}"
    elif records["widest_margin"]:
        yield "It is the widest margin of the season so far"
    elif (desk.match["goals"] or 0) >= FEAST:
        yield "There were {match.goals|counted} in all"


def _runs(desk: Desk) -> Iterator[str]:
    for index, run in enumerate(desk.facts["team_runs"]):
        wording = desk.choose("run", *RUNS[run["kind"]], other=index > 0)
        yield fill(wording, T=f"team_runs.{index}.name", N=f"team_runs.{index}.length")


def _earlier_meeting(desk: Desk) -> Iterator[str]:
    meeting = desk.facts["earlier_meeting"]
    if meeting and meeting["winner"]:
        yield fill(
            desk.choose(
                "meeting", "When they met on {D}, {W} won {S}", "{W} had won the earlier meeting {S}, on {D}"
            ),
            D="earlier_meeting.kickoff_on",
            W="earlier_meeting.winner",
            S="earlier_meeting.score.text|winner_first",
        )
    elif meeting:
        yield "They had drawn {earlier_meeting.score.text} when they met on {earlier_meeting.kickoff_on}"


def _void(desk: Desk) -> Iterator[str]:
    match, score = desk.match, desk.match["score"]
    teams = "{match.home.name} and {match.away.name}"
    yield f"The match between {teams}, {_occasion(desk)}, {VOID[match['status']]}"
    if match["award"] == "both":
        yield "It counts as a defeat for each side"
    elif match["status"] == "awarded" and score:
        to = f" to {desk.short(match['winner'])}" if match["winner"] else ""
        yield f"It was awarded {{match.score.text{'' if desk.is_corrected else '|winner_first'}}}{to}"
    elif match["award"]:
        yield f"It was awarded to {desk.short(match['award'])}"
    elif score:
        yield "The recorded score is {match.score.text}"
    if match["reason"] and not desk.is_corrected:
        yield "The reason given: “{match.reason}”"
    if desk.field["predictions"]:
        yield "The predictions are void and stay out of every average"


def _corrected(desk: Desk) -> Iterator[str]:
    """Yield the former result and the reason of the change; nothing if the first report still stands."""
    correction, is_void = desk.facts["correction"], desk.match["void"]
    if not correction:
        return
    if is_void and not correction["void_before"]:
        then = "that is corrected, and the points it gave are taken back"
        yield f"The result had stood as {{correction.before}}; {then}"
    elif is_void or correction["void_before"]:
        now = ", and was void then, too" if is_void else " and void; now it counts"
        yield f"This corrects an earlier report: the match had stood as {{correction.before}}{now}"
    else:
        then = "; all predictions were scored again" if desk.field["predictions"] else ""
        then = "; the score that counts is the same" if correction["is_same_score"] else then
        yield f"This corrects an earlier report: the result had stood as {{correction.before}}{then}"
    if desk.match["reason"]:
        yield "The reason given: “{match.reason}”"
