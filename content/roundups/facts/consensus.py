"""How the field of forecasters had seen the match."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from content.roundups.facts.match import scoreline
from content.roundups.facts.picks import OUTCOMES
from content.roundups.facts.query import Row
from content.roundups.facts.schema import (
    Chances,
    CommonScoreline,
    Consensus,
    FieldFacts,
    Hits,
    MatchFacts,
    Outcome,
    OutcomeFacts,
)
from core.rounding import mean, percent
from matches.models import Prediction
from scoring.rules import tendency


def field_facts(rows: Sequence[Row], match: MatchFacts, settlement: Row, *, hindsight: int) -> FieldFacts:
    """Facts about the predictions made before the kickoff, and the number of those made after it."""
    scores = [(row["home_goals"], row["away_goals"]) for row in rows if row["home_goals"] is not None]
    chosen = Counter(tendency(*score) for score in scores)
    actual = None if match["void"] else match["outcome"]
    return FieldFacts(
        predictions=len(rows),
        score_picks=len(scores),
        probability_picks=sum(row["p_home"] is not None for row in rows),
        live=sum(row["provenance"] == Prediction.Provenance.LIVE for row in rows),
        archive=sum(row["provenance"] == Prediction.Provenance.ARCHIVE for row in rows),
        hindsight=hindsight,
        outcomes=[
            OutcomeFacts(
                outcome=outcome,
                count=chosen[outcome],
                percent=_share(chosen[outcome], len(scores)) if scores else 0,
                quota=settlement[f"quota_{outcome}"],
            )
            for outcome in OUTCOMES
        ],
        consensus=_consensus(chosen, actual),
        common=_common(scores),
        hits=None if match["void"] or not scores else _hits(rows, len(scores)),
        chances=_chances(rows, actual),
    )


def _consensus(chosen: Counter[Outcome], actual: Outcome | None) -> Consensus | None:
    if not chosen:
        return None
    most = max(chosen.values())
    outcomes = [outcome for outcome in OUTCOMES if chosen[outcome] == most]
    sole = len(outcomes) == 1
    return Consensus(
        outcomes=outcomes,
        count=most,
        percent=_share(most, chosen.total()),
        right=actual == outcomes[0] if sole and actual else None,
    )


def _common(scores: Sequence[tuple[int, int]]) -> CommonScoreline | None:
    """The scoreline picked most often, or the two that share that; None where no two agreed."""
    times = Counter(scores)
    most = max(times.values(), default=0)
    favourites = sorted(score for score, count in times.items() if count == most)
    if most < 2 or len(favourites) > 2:
        return None
    lines = [scoreline(*score) for score in favourites]
    return CommonScoreline(texts=[line["text"] for line in lines if line], count=most)


def _hits(rows: Sequence[Row], picks: int) -> Hits:
    right = sum(bool(row["tendency_points"]) for row in rows)
    return Hits(
        tendency=right,
        difference=sum(bool(row["goal_difference_points"]) for row in rows),
        exact=sum(bool(row["exact_points"]) for row in rows),
        missed=picks - right,
        tendency_percent=_share(right, picks),
    )


def _chances(rows: Sequence[Row], actual: Outcome | None) -> Chances | None:
    given = [row for row in rows if row["p_home"] is not None]
    if not given:
        return None
    means = {outcome: mean(row[f"p_{outcome}"] for row in given) for outcome in OUTCOMES}
    shown = {outcome: int(percent(share or 0)) for outcome, share in means.items()}
    return Chances(
        home_percent=shown["home"],
        draw_percent=shown["draw"],
        away_percent=shown["away"],
        actual_percent=shown[actual] if actual else None,
    )


def _share(part: int, whole: int) -> int:
    """Return a share in whole per cent."""
    return int(percent(Fraction(part, whole)))
