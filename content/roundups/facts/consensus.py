"""Facts about all predictions of a match made before the kickoff: what they expected and who was right."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from content.roundups.facts.people import group, person
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from content.text.numbers import in_prose
from core.rounding import mean, percent
from matches.models import Forecaster, Prediction
from scoring.rules import tendency

OUTCOMES = ("home", "draw", "away")
FEW = Fraction(1, 6)  # an upset: at most this share of the predicted scores had the outcome
UNLIKELY = 15  # an upset, if too few predicted a score: an average probability below this many per cent
ENOUGH = 3  # least number of predictions whose shares are meaningful


def outcome_text(outcome: str, match: Facts) -> str:
    """Return e.g. "a win for Ashford" or "a draw"."""
    return "a draw" if outcome == "draw" else f"a win for {short_name(outcome, match)}"


def short_name(side: str, match: Facts) -> str:
    """Return the short name of a side, or its name if both have the same short name."""
    is_unique = match["home"]["short_name"] != match["away"]["short_name"]
    return str(match[side]["short_name" if is_unique else "name"])


def field_facts(rows: Sequence[Row], match: Facts, settlement: Row, *, hindsight: int) -> Facts:
    """Return facts about the predictions made before the kickoff, and the number of those made after it."""
    scores = [(row["home_goals"], row["away_goals"]) for row in rows if row["home_goals"] is not None]
    chosen = Counter[str](tendency(*score) for score in scores)
    actual = None if match["void"] else match["outcome"]
    chances = _chances(rows, actual, match)
    return {
        "predictions": len(rows),
        "score_picks": len(scores),
        "probability_picks": sum(row["p_home"] is not None for row in rows),
        "live": sum(row["provenance"] == Prediction.Provenance.LIVE for row in rows),
        "archive": sum(row["provenance"] == Prediction.Provenance.ARCHIVE for row in rows),
        "hindsight": hindsight,
        "outcomes": [
            {
                "outcome": outcome,
                "text": outcome_text(outcome, match),
                "count": chosen[outcome],
                "percent": _share(chosen[outcome], len(scores)) if scores else 0,
                "quota": settlement[f"quota_{outcome}"],
            }
            for outcome in OUTCOMES
        ],
        "consensus": _consensus(chosen, actual, match),
        "common": _common(scores),
        "hits": None if match["void"] or not scores else _hits(rows, len(scores)),
        "chances": chances,
        "market": _market(rows, actual, match),
        "upset": actual is not None and _is_upset(chosen, actual, chances),
    }


def _consensus(chosen: Counter[str], actual: str | None, match: Facts) -> Facts | None:
    """Return the most predicted outcome; several outcomes if they are equally frequent."""
    if not chosen:
        return None
    most = max(chosen.values())
    outcomes = [outcome for outcome in OUTCOMES if chosen[outcome] == most]
    return {
        "outcomes": outcomes,
        "texts": [outcome_text(outcome, match) for outcome in outcomes],
        "count": most,
        "percent": _share(most, chosen.total()),
        "right": actual == outcomes[0] if len(outcomes) == 1 and actual else None,
    }


def _common(scores: Sequence[tuple[int, int]]) -> Facts | None:
    """Return the score predicted most often, or two equally frequent ones; None if no score was repeated."""
    times = Counter(scores)
    most = max(times.values(), default=0)
    favourites = sorted(score for score, count in times.items() if count == most)
    if most < 2 or len(favourites) > 2:
        return None
    return {"texts": [f"{home}-{away}" for home, away in favourites], "count": most}


def _hits(rows: Sequence[Row], picks: int) -> Facts:
    right = sum(bool(row["tendency_points"]) for row in rows)
    return {
        "text": f"{in_prose(right) if right else 'none'} of {in_prose(picks)} forecasters were right",
        "tendency": right,
        "difference": sum(bool(row["goal_difference_points"]) for row in rows),
        "exact": sum(bool(row["exact_points"]) for row in rows),
        "missed": picks - right,
        "tendency_percent": _share(right, picks),
    }


def _chances(rows: Sequence[Row], actual: str | None, match: Facts) -> Facts | None:
    """Return the average probabilities, and who gave the highest probability to the actual outcome."""
    given = [row for row in rows if row["p_home"] is not None]
    if not given:
        return None
    shown = _average(given)
    favourite = _favourite(shown)
    return {
        "home_percent": shown["home"],
        "draw_percent": shown["draw"],
        "away_percent": shown["away"],
        "actual_percent": shown[actual] if actual else None,
        "favourite": favourite,
        "favourite_text": outcome_text(favourite, match) if favourite else None,
        "favourite_percent": shown[favourite] if favourite else None,
        "closest": _closest(given, actual) if actual and len(given) > 1 else None,
    }


def _average(given: Sequence[Row]) -> dict[str, int]:
    """Return the average probability of each outcome in whole per cent."""
    return {outcome: int(percent(mean(row[f"p_{outcome}"] for row in given) or 0)) for outcome in OUTCOMES}


def _favourite(shown: dict[str, int]) -> str | None:
    """Return the most probable outcome, or None if two are level."""
    most = max(shown.values())
    favourites = [outcome for outcome in OUTCOMES if shown[outcome] == most]
    return favourites[0] if len(favourites) == 1 else None


def _closest(given: Sequence[Row], actual: str) -> Facts | None:
    """Return those who gave the actual outcome the most, in whole per cent; None if all gave the same."""
    shown = [(int(percent(row[f"p_{actual}"])), row) for row in given]
    most = max(value for value, _ in shown)
    found = [person(row) for value, row in shown if value == most]
    return group(found, percent=most) if len(found) < len(given) else None


def _market(rows: Sequence[Row], actual: str | None, match: Facts) -> Facts | None:
    """Return the bookmakers' average, and how many of the others were right. None if they have no favourite.

    The market is beaten if its favourite did not come true and most of the others had the actual outcome.
    """
    bookmakers = [r for r in rows if r["kind"] == Forecaster.Kind.BOOKMAKER and r["p_home"] is not None]
    others = [r for r in rows if r["kind"] != Forecaster.Kind.BOOKMAKER and r["home_goals"] is not None]
    shown = _average(bookmakers) if bookmakers else {}
    favourite = _favourite(shown) if shown else None
    if favourite is None or actual is None or not others:
        return None
    right = sum(tendency(row["home_goals"], row["away_goals"]) == actual for row in others)
    return {
        "bookmakers": len(bookmakers),
        "favourite_text": outcome_text(favourite, match),
        "favourite_percent": shown[favourite],
        "actual_percent": shown[actual],
        "others": len(others),
        "others_right": right,
        "beaten": favourite != actual and len(others) >= ENOUGH and 2 * right > len(others),
    }


def _is_upset(chosen: Counter[str], actual: str, chances: Facts | None) -> bool:
    """Return True if few predicted the outcome or, with too few predicted scores, if it had been unlikely."""
    if chosen.total() >= ENOUGH:
        return chosen[actual] <= FEW * chosen.total()
    return chances is not None and chances["actual_percent"] < UNLIKELY


def _share(part: int, whole: int) -> int:
    """Return a share in whole per cent."""
    return int(percent(Fraction(part, whole)))
