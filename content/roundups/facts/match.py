"""The match itself: who, when, how it ended, and what was said about it before."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime

from content.roundups.facts.query import Row
from content.roundups.facts.schema import Correction, Decided, MatchFacts, Outcome, Scoreline, Side
from content.roundups.facts.schema_tables import Named
from matches.models import Competition
from matches.result import Result
from matches.statuses import SETTLED, VOID
from scoring.rules import tendency

_RESULT = [field.name for field in fields(Result)]


def one_line(name: str) -> str:
    """A name as prose can carry it: no line breaks, no double spaces."""
    return " ".join(name.split())


def round_name(label: str) -> str:
    """A round as prose can name it: "7" alone would be taken for any other 7 of the text."""
    name = one_line(label)
    return name if any(map(str.isalpha, name)) else f"Round {name}"


def day(moment: str, *, seen_from: str = "") -> str:
    """Like "Saturday 8 August 2015", in UTC; without the year where `seen_from` is of the same year."""
    when = datetime.fromisoformat(moment).astimezone(UTC)
    same_year = seen_from and datetime.fromisoformat(seen_from).astimezone(UTC).year == when.year
    return f"{when:%A} {when.day} {when:%B}" + ("" if same_year else f" {when.year}")


def scoreline(home: int | None, away: int | None) -> Scoreline | None:
    if home is None or away is None:
        return None
    high, low = max(home, away), min(home, away)
    return Scoreline(home=home, away=away, text=f"{home}-{away}", winner_first=f"{high}-{low}")


def side(row: Row) -> Side:
    return Side(slug=row["slug"], name=one_line(row["name"]), short_name=one_line(row["short_name"]))


def match_facts(raw: Row, settlement: Row) -> MatchFacts:
    row = raw["match"]
    score = counting_score(row, row["basis"])
    outcome: Outcome | None = tendency(score["home"], score["away"]) if score else None
    home, away = side(row["home"]), side(row["away"])
    penalties = scoreline(row["home_penalties"], row["away_penalties"])
    decided, final_winner = _decision(row, home["name"], away["name"])
    return MatchFacts(
        id=row["id"],
        competition=Named(slug=row["competition"]["slug"], name=one_line(row["competition"]["name"])),
        season=row["season"],
        round=round_name(row["round"]),
        kickoff_at=datetime.fromisoformat(row["kickoff_at"]).astimezone(UTC).isoformat(),
        kickoff_on=day(row["kickoff_at"]),
        home=home,
        away=away,
        neutral=row["neutral"],
        status=row["status"],
        award=row["award"] or None,
        void=settlement["voided"],
        score=score,
        outcome=outcome,
        winner={"home": home["name"], "away": away["name"]}.get(outcome or ""),
        loser={"home": away["name"], "away": home["name"]}.get(outcome or ""),
        goals=score["home"] + score["away"] if score else None,
        margin=abs(score["home"] - score["away"]) if score else None,
        after_90=_after_90(row),
        after_extra_time=scoreline(row["home_score_aet"], row["away_score_aet"]),
        penalties=penalties,
        shootout_winner=_winner(penalties, home["name"], away["name"]),
        decided=decided,
        final_winner=final_winner,
        basis=row["basis"],
        reason=_reason(raw, settlement),
        result_version=settlement["result_version"],
        settlement_id=settlement["id"],
        nth_of_season=raw["counts"]["nth_of_season"],
    )


def counting_score(row: Row, basis: str) -> Scoreline | None:
    """The score under the competition's basis, as Match.counting_score has it."""
    if basis == Competition.ScoreBasis.AFTER_EXTRA_TIME and row["home_score_aet"] is not None:
        return scoreline(row["home_score_aet"], row["away_score_aet"])
    return scoreline(row["home_score"], row["away_score"])


def _after_90(row: Row) -> Scoreline | None:
    """Worth telling apart only where more was played."""
    if row["home_score_aet"] is None and row["home_penalties"] is None:
        return None
    return scoreline(row["home_score"], row["away_score"])


def _winner(score: Scoreline | None, home: str, away: str) -> str | None:
    if score is None or score["home"] == score["away"]:
        return None
    return home if score["home"] > score["away"] else away


def _decision(row: Row, home: str, away: str) -> tuple[Decided | None, str | None]:
    """Return what decided the match and who won in the end; a shootout decides after any score."""
    after_90 = scoreline(row["home_score"], row["away_score"])
    extra_time = scoreline(row["home_score_aet"], row["away_score_aet"])
    penalties = scoreline(row["home_penalties"], row["away_penalties"])
    decided: Decided = "penalties" if penalties else "extra_time" if extra_time else "full_time"
    winner = _winner(penalties or extra_time or after_90, home, away)
    return (decided, winner) if winner else (None, None)


def _reason(raw: Row, settlement: Row) -> str | None:
    """Return the recorded reason why the result is void or was corrected, if there was one."""
    told = {row["version"]: row["reason"] for row in raw["revisions"] or []}
    if not settlement["voided"] and correction(raw, settlement) is None:
        return None
    return one_line(told.get(settlement["result_version"], "")).rstrip(".") or None


def correction(raw: Row, settlement: Row) -> Correction | None:
    """Return the last different result that was reported before, or None.

    More predictions of the same result are no correction: an archive import is not late.
    """
    earlier = [row for row in raw["settlements"] if row["number"] < settlement["number"]]
    row = _former(raw, settlement, earlier)
    if row is None:
        return None
    score = counting_score(row, raw["match"]["basis"])
    extra_time = scoreline(row["home_score_aet"], row["away_score_aet"])
    penalties = scoreline(row["home_penalties"], row["away_penalties"])
    home, away = (one_line(raw["match"][side]["name"]) for side in ("home", "away"))
    return Correction(
        status_before=row["status"],
        score_before=score["text"] if score else None,
        winner_before=_winner(score, home, away),
        after_90_before=_text(_after_90(row)),
        after_extra_time_before=_text(extra_time),
        extra_time_winner_before=_winner(extra_time, home, away),
        penalties_before=_text(penalties),
        shootout_winner_before=_winner(penalties, home, away),
        void_before=row["status"] in VOID,
        award_before=row["award"] or None,
    )


def _former(raw: Row, settlement: Row, earlier: Sequence[Row]) -> Row | None:
    """Return the last other result recorded before this one, since the first that was settled.

    Any score counts, the shootout too. It need not have been settled itself: a recorded reason refers to the
    result that was in force, as does the list of corrections.
    """
    first = min((row["result_version"] for row in earlier), default=settlement["result_version"])
    revisions = {row["version"]: row for row in raw["revisions"] or [] if row["version"] >= first}
    now = revisions.get(settlement["result_version"])
    reported = [
        row
        for version, row in sorted(revisions.items())
        if version < settlement["result_version"] and row["status"] in SETTLED
    ]
    return next((row for row in reversed(reported) if now and _result(row) != _result(now)), None)


def _result(revision: Row) -> Row:
    return {name: revision[name] for name in _RESULT}


def _text(score: Scoreline | None) -> str | None:
    return score["text"] if score else None
