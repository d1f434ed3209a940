"""Facts about the match itself: teams, occasion, scores, and who won."""

from datetime import UTC, datetime

from content.roundups.facts import scores
from content.roundups.facts.correction import reason
from content.roundups.facts.occasion import kickoff_on, one_line, round_in, round_of, zone_name
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from matches.models import Stage
from scoring.rules import tendency

MINUTES = 90
HOW = {"extra_time": "after extra time", "penalties": "on penalties"}


def match_facts(raw: Row, settlement: Row) -> Facts:
    row = raw["match"]
    score = scores.counting_score(row, row["basis"])
    outcome = tendency(score["home"], score["away"]) if score else None
    home, away = side(row["home"]), side(row["away"])
    return {
        "id": row["id"],
        "competition": {"slug": row["competition"]["slug"], "name": one_line(row["competition"]["name"])},
        "season": row["season"],
        "season_id": row["season_id"],
        "stage_id": row["stage"],
        "group": row["group"] or None if raw["stage"]["kind"] == Stage.Kind.GROUPS else None,
        "round": one_line(row["round"]),
        "round_in": round_in(row["round"]),
        "round_of": round_of(row["round"]),
        "kickoff_at": utc(row["kickoff_at"]),
        "kickoff_time_known": row["kickoff_time_known"],
        "kickoff_on": kickoff_on(row, row["time_zone"]),
        "time_zone": zone_name(row["time_zone"]),
        "home": home,
        "away": away,
        "neutral": row["neutral"],
        "status": row["status"],
        "award": row["award"] or None,
        "void": settlement["voided"],
        "score": score,
        "outcome": outcome,
        "winner": scores.winner(score, home["name"], away["name"]),
        "loser": scores.winner(score, away["name"], home["name"]),
        "goals": score["home"] + score["away"] if score else None,
        "margin": abs(score["home"] - score["away"]) if score else None,
        "minutes": MINUTES,
        "after_90": scores.after_90(row),
        "after_extra_time": scores.after_extra_time(row),
        "penalties": scores.penalties(row),
        "basis": row["basis"],
        "reason": reason(raw, settlement),
        "result_version": settlement["result_version"],
        "settlement_id": settlement["id"],
        "nth_of_season": raw["counts"]["nth_of_season"],
    }


def result_facts(match: Facts) -> Facts | None:
    """Return who won in the end and how; None for a void match.

    The result is that after extra time or a shootout, even if another score counts for the forecasts.
    `score` begins with the goals of `subject`, which is the winner, or the home team after a draw.
    """
    decisive = match["penalties"] or match["after_extra_time"] or match["after_90"] or match["score"]
    if match["void"] or decisive is None:
        return None
    lead = decisive["home"] - decisive["away"]
    sides = (match["away"], match["home"]) if lead < 0 else (match["home"], match["away"])
    decided = "extra_time" if match["after_extra_time"] else "full_time"
    decided = "penalties" if match["penalties"] else decided
    return {
        "subject": sides[0]["name"],
        "object": sides[1]["name"],
        "verb": "beat" if lead else "drew with",
        "how": HOW.get(decided) if lead else None,
        "score": "-".join(map(str, sorted((decisive["home"], decisive["away"]), reverse=True))),
        "decided": decided if lead else None,
        "winner": sides[0]["name"] if lead else None,
        "loser": sides[1]["name"] if lead else None,
    }


def side(row: Row) -> Facts:
    return {"slug": row["slug"], "name": one_line(row["name"]), "short_name": one_line(row["short_name"])}


def utc(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
