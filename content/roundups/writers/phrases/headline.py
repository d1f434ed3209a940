"""The headline: the score, and the most notable thing about the match. Plain text."""

from collections.abc import Iterator

from content.roundups.facts.consensus import ENOUGH
from content.roundups.references import render
from content.roundups.writers.desk import Desk, fill
from content.roundups.writers.phrases.league import has_new_leader
from content.roundups.writers.phrases.story import ROUT
from content.roundups.writers.phrases.summary import outcome

LONGEST = 200  # characters of Roundup.title
FAVOURITE, LIKELY, CLIMB = 60, 50, 3  # per cent, per cent, places
VOID = {
    "abandoned": "abandoned, and no points given",
    "cancelled": "cancelled, and no points given",
    "awarded": "decided off the pitch, and no points given",
}
RUNS = {
    "wins": "{T} make it {N|words} wins in a row",
    "losses": "{T} lose for the {N|ordinal} time in a row",
    "unbeaten": "{T} are unbeaten in {N|words}",
    "winless": "{T} are now {N|counted} without a win",
    "wins_ended": "the run of {N|words} wins by {T} is over",
    "losses_ended": "{T} end a run of {N|words} defeats",
    "unbeaten_ended": "{T} lose after {N|counted} unbeaten",
    "winless_ended": "{T} win after {N|counted} without a win",
}


def title(desk: Desk) -> str:
    """Return the score and the news; without the news, or with short names, if that is too long."""
    news = next(_news(desk), "")
    names = [[f"{{match.{side}.{name}}}" for side in ("home", "away")] for name in ("name", "short_name")]
    long, short = (_result(desk, *pair) for pair in names)
    for headline in (*(f"{result}: {news}" for result in (long, short) if news), long):
        if len(render(headline, desk.document, markdown=False)[0]) <= LONGEST:
            return headline
    return short


def _result(desk: Desk, home: str, away: str) -> str:
    """Return the score, and who won after extra time or on penalties, or won a tie of several matches."""
    result, tie = desk.result, desk.tie
    if desk.match["void"] or desk.match["score"] is None:
        return f"{home} v {away}"
    line = f"{home} {{match.score.text}} {away}"
    if tie.get("winner") and tie["format"] != "single" and result["decided"] != "penalties":
        return f"{line} ({{tie.winner}} {'win the tie' if tie['is_last_round'] else 'go through'})"
    if result["how"]:
        winner = home if result["winner"] == desk.match["home"]["name"] else away
        return f"{line} ({winner} win {{result.how}})"
    return line


def _news(desk: Desk) -> Iterator[str]:
    """Yield what is notable, the most notable first."""
    if desk.match["void"]:
        yield VOID[desk.match["status"]]
        return
    for part in (_surprises, _heroes, _changes, _others, _probabilities):
        yield from part(desk)


def _surprises(desk: Desk) -> Iterator[str]:
    """Yield upsets: results that no one, or almost no one, had predicted."""
    hits, picks = desk.field["hits"], desk.field["score_picks"]
    is_late = desk.match["after_90"]  # "it" could be another result than the one that counts
    if hits and picks >= 2 and hits["tendency"] == 0:
        no_one = "the draw no one picked" if desk.match["outcome"] == "draw" else f"no one had {desk.actual}"
        wordings = ("no one saw it coming", "not a single forecaster was right", no_one)
        yield f"no one had {outcome(desk)}" if is_late else desk.choose("news", *wordings)
    if hits and picks >= ENOUGH and hits["tendency"] == 1:
        name = desk.people("heroes")
        alone = desk.choose("news", f"only {name} saw it coming", f"{name} alone had it right")
        yield f"only {name} had {outcome(desk)}" if is_late else alone
    if hits and picks >= ENOUGH and desk.field["upset"]:
        few = "{field.hits.tendency|words} of {field.score_picks|words} forecasters"
        yield f"an upset that {few} had predicted"
    elif desk.field["upset"]:
        average = " on average" if desk.field["probability_picks"] > 1 else ""
        yield f"an upset, given {{field.chances.actual_percent|per_cent}}{average}"


def _heroes(desk: Desk) -> Iterator[str]:
    hits, market = desk.field["hits"], desk.field["market"]
    if hits and hits["exact"] == 1 and desk.field["score_picks"] > 1:
        yield f"{desk.people('heroes')} {desk.choose('news', 'has', 'calls')} the exact score"
    if market and market["beaten"]:
        yield "the forecasters beat the bookmakers"
    yield from _favourites(desk, least=FAVOURITE)


def _favourites(desk: Desk, *, least: int) -> Iterator[str]:
    """Yield that the favourites by the average probabilities did not win, if they had at least `least`."""
    chances, actual = desk.field["chances"] or {}, desk.match["outcome"]
    favourite = chances.get("favourite")
    # After extra time "beat" could mean another result than the one that counts.
    is_beaten = favourite not in (None, "draw", actual) and chances["favourite_percent"] >= least
    if not is_beaten or desk.match["after_90"]:
        return
    other = desk.short("away" if favourite == "home" else "home")
    yield f"{other} {'hold' if actual == 'draw' else 'beat'} the favourites"


def _changes(desk: Desk) -> Iterator[str]:
    """Yield changes at the top, the ends of runs, and records of the season."""
    board, ended = desk.facts["board"], desk.facts["streaks"]["ended"]
    if desk.field["hits"] and board and board["new_leader"] and board["leaders"]["count"] == 1:
        goes = desk.choose("news", "takes the lead", "goes top of the forecasters")
        yield f"{desk.people('board.leaders')} {goes}"
    yield from _runs(desk, is_ended=True)
    if desk.facts["records"]["most_goals"]:
        yield "the most goals in a match of the season so far"
    if desk.facts["records"]["widest_margin"]:
        yield "the widest margin of the season so far"
    if has_new_leader(desk):
        yield "{league.leaders.0} go top" + (" of {league.title}" if desk.facts["league"]["title"] else "")
    if ended and ended["count"] == 1:
        whose = "{streaks.ended.people.0.name|possessive}"
        yield f"{whose} run of {{streaks.ended.length|words}} right results is over"


def _runs(desk: Desk, *, is_ended: bool) -> Iterator[str]:
    """Yield the runs of both teams that ended, or that go on, the longest first."""
    runs = [(-run["length"], index, run["kind"]) for index, run in enumerate(desk.facts["team_runs"])]
    for _, index, kind in sorted(runs):
        if kind.endswith("_ended") == is_ended:
            yield fill(RUNS[kind], T=f"team_runs.{index}.name", N=f"team_runs.{index}.length")


def _others(desk: Desk) -> Iterator[str]:
    field, hits, heroes = desk.field, desk.field["hits"], desk.facts["heroes"]
    if hits and hits["exact"] > 1:
        yield "{field.hits.exact|words} forecasters call the exact score"
    if hits and field["score_picks"] > 1 and hits["tendency"] == field["score_picks"]:
        yield desk.choose("news", "just as the forecasters had said", "every forecaster was right")
    yield from _runs(desk, is_ended=False)
    yield from _rout(desk)
    yield from _second_meeting(desk)
    if hits and field["score_picks"] > 1:
        if heroes and heroes["count"] == 1:
            yield f"{desk.people('heroes')} takes {{heroes.points|counted}}"
        yield "{field.hits.tendency|words} of {field.score_picks|words} forecasters were right"


def _rout(desk: Desk) -> Iterator[str]:
    """Yield a win by many goals, and the climb of a team in the table."""
    winner = desk.short(desk.match["winner"])
    if (desk.match["margin"] or 0) >= ROUT:
        yield desk.choose("news", f"{winner} run riot", f"a rout for {winner}")
    for index, row in enumerate((desk.facts["league"] or {}).get("rows", ())):
        if row["plays_here"] and (row["position_before"] or 0) - row["position"] >= CLIMB:
            joint = "joint " if row["is_shared"] else ""
            yield f"{{league.rows.{index}.name}} climb to {joint}{{league.rows.{index}.position|ordinal}}"


def _second_meeting(desk: Desk) -> Iterator[str]:
    """Yield a comparison with the only other meeting of the season; nothing in a tie."""
    meeting, outcome = desk.facts["earlier_meeting"], desk.match["outcome"]
    if not meeting or not meeting["winner"] or outcome == "draw" or desk.tie:
        return
    winner, loser = desk.match[outcome], desk.short("away" if outcome == "home" else "home")
    if meeting["winner"] in (winner["name"], winner["short_name"]):
        yield f"{desk.short(outcome)} beat {loser} again this season"
    else:
        earlier = "the {earlier_meeting.score.text|winner_first} of the earlier match"
        yield f"{desk.short(outcome)} make up for {earlier}"


def _probabilities(desk: Desk) -> Iterator[str]:
    yield from _favourites(desk, least=LIKELY)
    chances, given = desk.field["chances"], "{field.chances.actual_percent|per_cent}"
    if chances and chances["actual_percent"] >= FAVOURITE:
        yield desk.choose("news", f"the favourites deliver, at {given}", f"as expected, with {given}")
    elif chances and desk.field["probability_picks"] > 1:
        result = "draw" if desk.match["outcome"] == "draw" else "win"
        yield desk.choose("news", f"a {result} that had been given {given}", f"a {result} at {given}")
