"""How the two sides came into the match: their runs this season, and when they last met."""

from collections.abc import Sequence

from content.roundups.facts.match import day, one_line, scoreline
from content.roundups.facts.query import Row
from content.roundups.facts.schema import EarlierMeeting, MatchFacts, TeamRun
from scoring.rules import tendency

# Kind: the letters that belong to the run, and the length from which it is worth a sentence.
RUNS = {"wins": ("W", 3), "losses": ("L", 3), "unbeaten": ("WD", 5), "winless": ("LD", 5)}


def team_runs(rows: Sequence[Row]) -> list[TeamRun]:
    """Return for each side the first of its runs that is long enough; one that the match ended goes first."""
    runs = [_run(row) for row in rows]
    return [run for run in runs if run]


def _run(row: Row) -> TeamRun | None:
    for kind, (letters, least) in RUNS.items():
        before = _length(row["run"][:-1], letters)
        if row["run"][-1] not in letters and before >= least:
            return TeamRun(slug=row["slug"], name=one_line(row["name"]), kind=f"{kind}_ended", length=before)
    for kind, (letters, least) in RUNS.items():
        if (length := _length(row["run"], letters)) >= least:
            return TeamRun(slug=row["slug"], name=one_line(row["name"]), kind=kind, length=length)
    return None


def _length(run: str, letters: str) -> int:
    return len(run) - len(run.rstrip(letters))


def earlier_meeting(row: Row | None, match: MatchFacts) -> EarlierMeeting | None:
    if row is None:
        return None
    score = scoreline(row["home_score"], row["away_score"])
    if score is None:
        return None
    sides = {"home": match["away"]["name"], "away": match["home"]["name"]}
    winner = sides.get(tendency(score["home"], score["away"]))
    return EarlierMeeting(
        kickoff_on=day(row["kickoff_at"], seen_from=match["kickoff_at"]), score=score, winner=winner
    )
