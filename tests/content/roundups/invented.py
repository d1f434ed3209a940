"""Hypothesis strategies for roundup facts: any result, any forecasters, any table, any tie. No database."""

from typing import Any

from hypothesis import strategies as st

from content.roundups.facts import Facts
from content.roundups.facts.gather import shape
from scoring import rules

Row = dict[str, Any]

HOME, AWAY = "Ashford", "Barrow"
OTHERS = ("Corley", "Denby", "Eastry", "Filton")
NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa", "Lambda")
ROUNDS = ("Matchday 7", "Final", "Semi-final", "3", "Group A, matchday 2", "Opening 4")
KICKOFF = "2025-08-23T14:00:00+00:00"
COMPETITIONS = ({"slug": "cup", "name": "Cup"}, {"slug": "shield", "name": "Shield"})
GOALS = st.integers(0, 9)
POINTS = ("points", "tendency_points", "goal_difference_points", "exact_points", "rps")


def scores() -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(GOALS, GOALS)


@st.composite
def results(draw: st.DrawFn) -> Row:
    """A finished result, sometimes with extra time and a shootout, as ResultRevision keeps it."""
    home, away = draw(scores())
    result: Row = dict.fromkeys(
        ("home_score_aet", "away_score_aet", "home_penalties", "away_penalties"), None
    ) | {"status": "finished", "home_score": home, "away_score": away, "award": ""}
    if draw(st.booleans()):
        return result
    if draw(st.booleans()):
        more = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
        result |= {"home_score_aet": home + more[0], "away_score_aet": away + more[1]}
    if draw(st.booleans()):
        won, lost = draw(st.sampled_from([(4, 3), (3, 4), (11, 10), (1, 3), (5, 4)]))
        result |= {"home_penalties": won, "away_penalties": lost}
    return result


@st.composite
def chances(draw: st.DrawFn) -> tuple[float, float, float]:
    """Three probabilities in hundredths; one of them is often small."""
    draw_ = draw(st.integers(0, 100) | st.integers(0, 12))
    home = draw(st.integers(0, 100 - draw_))
    return home / 100, draw_ / 100, (100 - draw_ - home) / 100


@st.composite
def picks(draw: st.DrawFn, score: tuple[int, int]) -> tuple[list[Row], rules.Quotas]:
    """Predictions of up to eleven forecasters, scored by the rules; best first."""
    says = draw(
        st.lists(
            st.tuples(
                st.none() | scores() | st.just(score),
                st.none() | chances(),
                st.sampled_from(["live", "archive"]),
            ).filter(lambda said: said[0] is not None or said[1] is not None),
            max_size=len(NAMES),
        )
    )
    chosen = [rules.tendency(*pick) for pick, _, _ in says if pick]
    worth = rules.quotas(*(chosen.count(each) for each in ("home", "draw", "away")))
    rows = [
        _pick(name, pick, p, kind, score, worth) for name, (pick, p, kind) in zip(NAMES, says, strict=False)
    ]
    rows.sort(key=lambda row: (-(row["points"] if row["points"] is not None else -1), row["name"]))
    return rows, worth


def _pick(
    name: str,
    pick: tuple[int, int] | None,
    p: tuple[float, float, float] | None,
    provenance: str,
    score: tuple[int, int],
    worth: rules.Quotas,
) -> Row:
    got = rules.points(pick, score, worth) if pick else None
    return {
        "slug": name.lower(),
        "name": f"The {name}",
        "kind": "bookmaker" if name in NAMES[::3] else "statistical",
        "provenance": provenance,
        "home_goals": pick[0] if pick else None,
        "away_goals": pick[1] if pick else None,
        "p_home": p[0] if p else None,
        "p_draw": p[1] if p else None,
        "p_away": p[2] if p else None,
        "points": got.total if got else None,
        "tendency_points": got.tendency if got else None,
        "goal_difference_points": got.goal_difference if got else None,
        "exact_points": got.exact if got else None,
        "rps": rules.ranked_probability_score(rules.Probabilities(*p), score) if p else None,
    }


@st.composite
def season_board(draw: st.DrawFn, picked: list[Row]) -> list[Row]:
    """The forecasters' board with this match: those who picked a score here, after some earlier matches."""
    return [
        {
            "slug": row["slug"],
            "name": row["name"],
            "predicted": len(run) + 1 + draw(st.integers(0, 3)),
            "predicted_here": 1,
            "matches": len(run) + 1,
            "points": draw(st.integers(0, 10 * len(run))) + row["points"],
            "run": run + ("T" if row["points"] else "-"),
            "points_here": row["points"],
        }
        for row in sorted(picked, key=lambda row: str(row["name"]))
        if row["points"] is not None
        for run in [draw(st.text("EDT-", max_size=8))]
    ]


@st.composite
def runs(draw: st.DrawFn, result: Row) -> list[Row]:
    """The letters of both sides' matches in the season, this match last."""
    home, away = result["home_score"] or 0, result["away_score"] or 0
    return [
        {"slug": name.lower(), "name": name, "run": draw(st.text("WDL", max_size=8)) + _letter(*goals)}
        for name, goals in ((HOME, (home, away)), (AWAY, (away, home)))
    ]


@st.composite
def league(draw: st.DrawFn, result: Row) -> Row:
    """The sums of the table with both sides and some other teams, this match included."""
    home, away = result["home_score"] or 0, result["away_score"] or 0
    group = draw(st.sampled_from(["", "A", "12", "Group of the North"]))
    names = (HOME, AWAY, *OTHERS[: draw(st.integers(0, 4))])
    here = [_side(1, 2, group, (home, away), at_home=True), _side(2, 1, group, (away, home), at_home=False)]
    goals = {side["team"]: side for side in here}
    teams = [draw(_team(number, group, goals.get(number))) for number, _ in enumerate(names, start=1)]
    return {
        "stage": 1,
        "stage_name": "Second phase",
        "group": group,
        "has_groups": bool(group),
        "is_only_table": draw(st.booleans()),
        "sums": [{"stage": {"id": 1}, "teams": teams, "sides": None, "to_play": None}],
        "teams": {str(pk): {"slug": name.lower(), "name": name} for pk, name in enumerate(names, start=1)},
        "here": here,
        "simultaneous_open": draw(st.integers(0, 3)),
    }


def _side(team: int, opponent: int, group: str, goals: tuple[int, int], *, at_home: bool) -> Row:
    return {
        "match": 1,
        "group": group,
        "team": team,
        "opponent": opponent,
        "at_home": at_home,
        "goals_for": goals[0],
        "goals_against": goals[1],
        "outcome": _letter(*goals),
        "shootout": "",
    }


@st.composite
def _team(draw: st.DrawFn, team: int, group: str, here: Row | None) -> Row:
    run = draw(st.text("WDL", max_size=8)) + (here["outcome"] if here else "")
    return {
        "group": group,
        "team": team,
        "adjustment": draw(st.sampled_from([0, 0, 0, -3, 2])),
        "lot": None,
        "played": len(run),
        "won": run.count("W"),
        "drawn": run.count("D"),
        "lost": run.count("L"),
        "shootouts_won": 0,
        "shootouts_lost": 0,
        "goals_for": draw(GOALS) + (here["goals_for"] if here else 0),
        "goals_against": draw(GOALS) + (here["goals_against"] if here else 0),
        "away_goals": 9,
        "away_wins": 1,
    }


def _letter(ours: int, theirs: int) -> str:
    return "W" if ours > theirs else "D" if ours == theirs else "L"


def void() -> st.SearchStrategy[Row]:
    """A result that counts for no one."""
    nothing = dict.fromkeys(
        [f"{side}_{name}" for side in ("home", "away") for name in ("score", "score_aet", "penalties")], None
    )
    return st.sampled_from(
        [
            {**nothing, "status": "cancelled", "award": ""},
            {**nothing, "status": "abandoned", "award": "", "home_score": 1, "away_score": 1},
            {**nothing, "status": "awarded", "award": "away", "home_score": 0, "away_score": 3},
            {**nothing, "status": "awarded", "award": "home"},
            {**nothing, "status": "awarded", "award": "both"},
        ]
    )


@st.composite
def stage(draw: st.DrawFn, match: Row) -> Row:
    """A stage with or without ties; the tie of the match may have another leg, played or to be played."""
    kind = draw(st.sampled_from(["league", "knockout", "unknown"]))
    if kind == "league":
        return {"kind": kind, "away_goals": False, "tie_matches": None}
    columns = ("status", "award", "home_score", "away_score", "home_score_aet", "away_score_aet")
    names = {"home_team": HOME.lower(), "away_team": AWAY.lower()}
    ours = {name: match[name] for name in (*columns, "home_penalties", "away_penalties")}
    about = {"round_label": match["round"], "leg": draw(st.sampled_from([None, 1, 2])), "game": 1}
    rows = [{"pk": match["id"], "kickoff_at": KICKOFF, **about, **names, **ours}]
    for when in draw(st.lists(st.sampled_from(["2025-08-01", "2025-09-01", "2025-09-08"]), unique=True)):
        other = (
            draw(results())
            if when < KICKOFF
            else dict.fromkeys(ours, None) | {"status": "scheduled", "award": ""}
        )
        sides = {"home_team": names["away_team"], "away_team": names["home_team"]}
        rows.append({"pk": 0, "kickoff_at": when, **about, "leg": None, **sides, **other})
    return {"kind": kind, "away_goals": draw(st.booleans()), "tie_matches": rows}


@st.composite
def ahead(draw: st.DrawFn) -> Row | None:
    """The next match of each team: none, the same one, or two of this or another competition."""
    coming = {
        side: {
            "id": draw(st.sampled_from([1, 2])),
            "kickoff_time_known": draw(st.booleans()),
            "kickoff_at": draw(st.sampled_from(["2025-08-30T14:00:00+00:00", "2026-01-02T20:00:00+00:00"])),
            "round": draw(st.sampled_from(ROUNDS)),
            "home": HOME,
            "away": AWAY,
            "neutral": draw(st.booleans()),
            "competition": draw(
                st.sampled_from([{"slug": "cup", "name": "Cup"}, {"slug": "x", "name": "Shield"}])
            ),
            "is_knockout": draw(st.booleans()),
            "at_home": draw(st.booleans()),
        }
        for side in draw(st.sampled_from([(), ("home",), ("away",), ("home", "away")]))
    }
    return coming or None


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Facts of a match that is over, the first report or a correction of another result."""
    result = draw(results() | void())
    basis = draw(st.sampled_from(["full_time", "after_extra_time"]))
    is_void = result["status"] != "finished"
    score = (0, 0) if is_void else (result["home_score"], result["away_score"])
    if basis == "after_extra_time" and result["home_score_aet"] is not None:
        score = result["home_score_aet"], result["away_score_aet"]
    rows, worth = draw(picks(score))
    if is_void:
        rows = [{**row, **dict.fromkeys(POINTS, None)} for row in rows]
    former = draw(st.none() | results() | void())
    revisions = [{"version": 1, "reason": "", **(former or result)}]
    if former:
        reason = draw(st.sampled_from(["", "Goal disallowed, it was 3-1 before"]))
        revisions.append({"version": 2, "reason": reason, **result})
    settlements = [
        {
            "id": number,
            "number": number,
            "result_version": number,
            "predictions": len(rows),
            "quota_home": worth.home,
            "quota_draw": worth.draw,
            "quota_away": worth.away,
            "voided": is_void,
            "is_current": number == len(revisions),
        }
        for number in range(1, len(revisions) + 1)
    ]
    raw = {
        "match": {
            **result,
            "id": draw(st.integers(1, 10**6)),
            "kickoff_at": KICKOFF,
            "kickoff_time_known": draw(st.booleans()),
            "round": draw(st.sampled_from(ROUNDS)),
            "matchday": 7,
            "neutral": draw(st.booleans()),
            "result_version": len(revisions),
            "home": {"slug": "ashford", "name": HOME, "short_name": HOME},
            "away": {"slug": "barrow", "name": AWAY, "short_name": AWAY},
            "season": "2025/26",
            "season_id": 1,
            "stage": 1,
            "group": draw(st.sampled_from(["", "A"])),
            "competition": {"slug": "cup", "name": "Cup"},
            "basis": basis,
            "time_zone": draw(st.sampled_from(["UTC", "Europe/London"])),
        },
        "settlements": settlements,
        "revisions": revisions,
        "picks": rows,
        "runs": draw(runs(result)),
        "league": draw(st.none() | league(result)),
        "earlier_meeting": draw(
            st.none()
            | results().map(
                lambda row: {
                    "id": 2,
                    "kickoff_at": "2025-03-01T15:00:00+00:00",
                    "kickoff_time_known": True,
                    **row,
                }
            )
        ),
        "ahead": draw(ahead()),
        "counts": {
            "nth_of_season": draw(st.integers(1, 60)),
            "hindsight": draw(st.integers(0, 3)),
            "simultaneous_open": draw(st.integers(0, 3)),
            "round_left": draw(st.integers(0, 3)),
            "played_before": draw(st.sampled_from([0, 30])),
            "most_goals_before": draw(st.integers(0, 9)),
            "widest_margin_before": draw(st.integers(0, 9)),
        },
    }
    raw["stage"] = draw(stage(raw["match"]))
    return shape(raw, settlements[-1], draw(season_board(rows)))
