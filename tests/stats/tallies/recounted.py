"""Second count of the sums for comparing forecasters, in plain Python, from the scores of settlements."""

from collections import defaultdict
from itertools import combinations

from scoring.models import SettlementScore
from stats.models import CalibrationCell, FieldSum, PairSum, Participant, Tally

BILLION, TRILLION = 10**9, 10**12
Rows = dict[tuple, tuple]


def kind(prediction) -> str:
    return "exposed" if prediction.after_exposure else prediction.provenance


def counted_matches() -> list[list[SettlementScore]]:
    """The scores of each settlement that is in the sums."""
    scores = SettlementScore.objects.filter(
        settlement__folded_at__isnull=False, settlement__unfolded_at__isnull=True
    )
    matches = defaultdict(list)
    for score in scores.select_related("settlement__match", "prediction"):
        matches[score.settlement_id].append(score)
    return list(matches.values())


def field(scores: list[SettlementScore], of: str) -> list[SettlementScore]:
    """The scores with probabilities of one provenance; "all" is all of them without hindsight."""
    own = [each for each in scores if kind(each.prediction) == of]
    if of == "all":
        own = [each for each in scores if kind(each.prediction) != "hindsight"]
    return [each for each in own if each.rps is not None]


def billionths(value: float) -> int:
    return round(value * BILLION)


def half_up(number: int, divisor: int) -> int:
    return (2 * number + divisor) // (2 * divisor)


def compared(role_a: str, role_b: str) -> bool:
    return "reference" in (role_a, role_b) or role_a == role_b == "panel"


def pairs() -> Rows:
    roles = {(s, f): role for s, f, role in Participant.objects.values_list("season", "forecaster", "role")}
    sums = defaultdict(lambda: [0] * 12)
    for scores in counted_matches():
        season = scores[0].settlement.match.season_id
        ordered = sorted(scores, key=lambda each: each.prediction.forecaster_id)
        for a, b in combinations(ordered, 2):
            kinds = {kind(a.prediction), kind(b.prediction)}
            ids = a.prediction.forecaster_id, b.prediction.forecaster_id
            role_a, role_b = (roles.get((season, pk), "none") for pk in ids)
            if ("hindsight" in kinds and len(kinds) > 1) or not compared(role_a, role_b):
                continue
            provenance = kinds.pop() if len(kinds) == 1 and kinds != {"exposed"} else "mixed"
            add(sums[season, *ids, provenance], a, b, scores, provenance)
    return {key: tuple(row) for key, row in sums.items() if any(row)}


def add(row: list[int], a, b, scores: list[SettlementScore], provenance: str) -> None:
    if a.points is not None and b.points is not None:
        row[0] += 1
        row[2] += a.points - b.points
        row[3] += (a.points - b.points) ** 2
    if a.rps is None or b.rps is None:
        return
    row[1] += 1
    for place, name in ((4, "rps"), (6, "brier"), (8, "log_score")):
        difference = billionths(getattr(a, name)) - billionths(getattr(b, name))
        row[place] += difference
        row[place + 1] += round(float(difference) * float(difference) / 1e9)
    own = len(field(scores, provenance))
    everyone = len(field(scores, "hindsight" if provenance == "hindsight" else "all"))
    row[10] += half_up(TRILLION, own) if own else 0
    row[11] += half_up(TRILLION, everyone)


def cells() -> Rows:
    panel = {
        (season, forecaster)
        for season, forecaster, role in Participant.objects.values_list("season", "forecaster", "role")
        if role != "outside"
    }
    sums = defaultdict(lambda: [0, 0])
    for score in (each for scores in counted_matches() for each in scores):
        given, used = score.prediction, score.settlement
        key = used.match.season_id, given.forecaster_id
        if score.rps is None or key not in panel:
            continue
        total = given.p_home + given.p_draw + given.p_away
        difference = used.home_goals - used.away_goals
        happened = "home" if difference > 0 else "away" if difference < 0 else "draw"
        for outcome in ("home", "draw", "away"):
            thousandths = round(getattr(given, f"p_{outcome}") / total * 1000)
            cell = sums[*key, kind(given), outcome, thousandths]
            cell[0] += 1
            cell[1] += outcome == happened
    return {key: tuple(row) for key, row in sums.items()}


def excesses() -> Rows:
    """The columns of the tallies of seasons with differences to the means of matches and with squares."""
    sums = defaultdict(lambda: [0] * 8)
    for scores in counted_matches():
        for score in scores:
            of = kind(score.prediction)
            columns = []
            for name in ("rps", "brier"):
                for others in (of, "hindsight" if of == "hindsight" else "all"):
                    values = [billionths(getattr(each, name)) for each in field(scores, others)]
                    own = getattr(score, name)
                    above = (
                        0
                        if own is None
                        else 1000 * billionths(own) - half_up(1000 * sum(values), len(values))
                    )
                    columns.append(above)
            columns.append((score.points or 0) ** 2)
            for name in ("rps", "brier", "log_score"):
                own = getattr(score, name)
                columns.append(0 if own is None else round(float(billionths(own)) ** 2 / 1e9))
            key = score.settlement.match.season_id, score.prediction.forecaster_id, of
            sums[key] = [total + each for total, each in zip(sums[key], columns, strict=True)]
    return {key: tuple(row) for key, row in sums.items() if any(row)}


def fields() -> Rows:
    rows = {}
    for scores in counted_matches():
        for of in ("live", "archive", "hindsight", "exposed", "all"):
            found = field(scores, of)
            if found:
                sums = [sum(billionths(getattr(each, name)) for each in found) for name in ("rps", "brier")]
                rows[scores[0].settlement_id, of] = (len(found), *sums)
    return rows


def stored(model, key: int) -> Rows:
    """The rows of a table of sums without those that are zero; the first `key` columns are its key."""
    names = [each.attname for each in model._meta.concrete_fields if each.name != "pk"]
    order = [*model._meta.pk.field_names, *[name for name in names if name not in model._meta.pk.field_names]]
    rows = model.objects.values_list(*order)
    return {row[:key]: row[key:] for row in rows if any(row[key:])}


def everything_stored() -> dict[str, Rows]:
    columns = (
        *("rps_excess", "rps_excess_all", "brier_excess", "brier_excess_all"),
        *("points_squares", "rps_squares", "brier_squares", "log_score_squares"),
    )
    tallies = Tally.objects.filter(scope="season").exclude(provenance="all")
    rows = tallies.values_list("scope_id", "forecaster_id", "provenance", *columns)
    return {
        "pairs": stored(PairSum, 4),
        "cells": stored(CalibrationCell, 5),
        "fields": stored(FieldSum, 2),
        "excesses": {row[:3]: row[3:] for row in rows if any(row[3:])},
    }


def everything_counted() -> dict[str, Rows]:
    return {"pairs": pairs(), "cells": cells(), "fields": fields(), "excesses": excesses()}
