"""Runs of both teams this season, their earlier meeting, and records of the season."""

from collections.abc import Sequence

from content.roundups.facts import scores
from content.roundups.facts.consensus import short_name
from content.roundups.facts.occasion import kickoff_after
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from matches.statuses import Status

# Kind of a run: the letters that belong to it, the shortest notable length, and the words about a team.
RUNS = {
    "wins": ("W", 3, "have won their last"),
    "losses": ("L", 3, "have lost their last"),
    "unbeaten": ("WD", 5, "are unbeaten in"),
    "winless": ("LD", 5, "have not won in"),
}
ENDED = {
    "wins": "had won their last",
    "losses": "had lost their last",
    "unbeaten": "had been unbeaten in",
    "winless": "had not won in",
}
NOTABLE = 20  # matches of the season before this one, so that a record means something


def team_runs(rows: Sequence[Row], match: Facts) -> list[Facts]:
    """Return the most notable run of each team. A run that the match ended is preferred.

    Runs count the score after extra time. A shootout has no runs: it counts as a draw (docs/adr/0025), and no
    reader would call the loser of a shootout unbeaten.
    """
    if match["penalties"]:
        return []
    sides = {match[side]["slug"]: short_name(side, match) for side in ("home", "away")}
    runs = [(row, _run(row["run"])) for row in rows]
    return [{"slug": row["slug"], "name": sides[row["slug"]], **run} for row, run in runs if run]


def _run(letters: str) -> Facts | None:
    for kind, (own, least, _) in RUNS.items():
        before = _length(letters[:-1], own)
        if letters[-1] not in own and before >= least:
            return {"kind": f"{kind}_ended", "length": before, "text": ENDED[kind]}
    for kind, (own, least, words) in RUNS.items():
        if (length := _length(letters, own)) >= least:
            return {"kind": kind, "length": length, "text": words}
    return None


def _length(run: str, letters: str) -> int:
    return len(run) - len(run.rstrip(letters))


def earlier_meeting(row: Row | None, match: Facts, time_zone: str) -> Facts | None:
    """Return the only other meeting of the two this season so far, at the other's ground."""
    score = scores.scoreline(row["home_score"], row["away_score"]) if row else None
    if row is None or score is None:
        return None
    return {
        "id": row["id"],
        "kickoff_on": kickoff_after(row, match, time_zone),
        "score": score,
        "winner": scores.winner(score, short_name("away", match), short_name("home", match)),
    }


def records(row: Row, match: Facts) -> Facts:
    """Return whether the match has more goals, or a wider margin, than any earlier one of the season."""
    before = row["played_before"]
    is_eligible = match["status"] == Status.FINISHED and not match["after_90"] and before >= NOTABLE
    return {
        "most_goals": is_eligible and match["goals"] > row["most_goals_before"],
        "widest_margin": is_eligible and match["margin"] > row["widest_margin_before"],
    }
