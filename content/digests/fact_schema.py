"""Schema of `Digest.facts`: the kind of each fact, and the paths of the API that return its rows."""

from urllib.parse import urlencode

from content.roundups.references import FactKind, FactSchema
from content.roundups.references.documents import Facts, Shape

MATCHES = "/api/v1/matches/?{round}"
PREDICTIONS = "/api/v1/predictions/?{round}"
TABLE_MATCHES = "/api/v1/matches/?{table}&to={as_of}"
STANDINGS = "/api/v1/standings/?{table}"
K = FactKind

TEAM: dict[str, Shape] = {"slug": K.CODE, "name": K.TEAM}
FORECASTER: dict[str, Shape] = {"slug": K.CODE, "name": K.FORECASTER}
HITS: dict[str, Shape] = {"exact": K.PREDICTIONS, "right": K.PREDICTIONS}
# Forecasters or teams that share the values beside `people`; `others` are not named.
FORECASTERS: dict[str, Shape] = {
    "count": K.FORECASTERS,
    "others": K.FORECASTERS,
    "people": [FORECASTER],
}
ROUND: dict[str, Shape] = {
    **dict.fromkeys(("stage_id", "season_id", "kind", "as_of"), K.CODE),
    **dict.fromkeys(("label", "competition", "season", "stage"), K.NAME),
    **dict.fromkeys(("first_on", "last_on"), K.DATE),
    **dict.fromkeys(("matches", "void"), K.MATCHES),
    "goals": K.GOALS,
}
RESULT: dict[str, Shape] = {
    **dict.fromkeys(("id", "settlement_id", "group", "is_late", "is_void"), K.CODE),
    "home": TEAM,
    "away": TEAM,
    "score": K.SCORE,
    "text": K.RESULT,
    "played_on": K.DATE,
    "picks": K.FORECASTERS,
    "right": K.FORECASTERS,
}
MOVES: dict[str, Shape] = {
    "count": K.TEAMS,
    "others": K.TEAMS,
    "places": K.PLACES,
    "people": [TEAM | {"position_before": K.PLACE, "position": K.PLACE, "is_shared": K.CODE}],
}
TABLE: dict[str, Shape] = {
    "title": K.NAME,
    "group": K.CODE,
    "size": K.TEAMS,
    "leaders": {"count": K.TEAMS, "others": K.TEAMS, "people": [TEAM], "points": K.POINTS},
    "lead": K.POINTS,
    "new_leader": K.CODE,
    "climbers": MOVES,
    "fallers": MOVES,
    "rows": [
        TEAM
        | {"position": K.PLACE, "position_before": K.PLACE}
        | dict.fromkeys(("played", "won", "drawn", "lost"), K.MATCHES)
        | {"goal_difference": K.GOALS, "points": K.POINTS}
    ],
}
FIELD: dict[str, Shape] = {
    **dict.fromkeys(("forecasters", "scorers"), K.FORECASTERS),
    **dict.fromkeys(("picks", "right", "exact"), K.PREDICTIONS),
    "right_percent": K.PER_CENT,
    "best": FORECASTERS | {"points": K.POINTS},
    "worst": FORECASTERS | {"points": K.POINTS, "picks": K.MATCHES},
    "most_exact": FORECASTERS | {"exact": K.PREDICTIONS},
    "closest": FORECASTERS,
    "top": [FORECASTER | {"rank": K.PLACE, "points": K.POINTS, "picks": K.MATCHES} | HITS],
}


def _parameters(facts: Facts, around: Facts) -> Facts:
    """Return the values of the placeholders in these paths; a table is that of a group if it has one."""
    about = facts["round"]
    stage = {"season": about["season_id"], "stage": about["stage_id"]}
    group = {"group": around["group"]} if around.get("group") else {}
    return {
        "stage": urlencode(stage),
        "round": urlencode(stage | {"round": about["label"]}),
        "table": urlencode(stage | group),
        "as_of": about["as_of"],
    }


SCHEMA = FactSchema(
    shape={
        "schema": K.CODE,
        "round": ROUND,
        "results": [RESULT],
        "surprise": {"id": K.CODE, "text": K.RESULT, "picks": K.FORECASTERS, "right": K.FORECASTERS},
        "rout": {"id": K.CODE, "text": K.RESULT},
        "tables": [TABLE],
        "ties": [{"first": TEAM, "second": TEAM, "winner": K.TEAM, "is_final": K.CODE, "text": K.RESULT}],
        "field": FIELD,
        "corrections": [
            {
                **{"id": K.CODE, "home": TEAM, "away": TEAM},
                **{"before": K.RESULT, "after": K.RESULT, "reason": K.QUOTATION},
            }
        ],
    },
    sources={
        "round": (MATCHES,),
        "results.*": ("/api/v1/matches/{id}/",),
        **dict.fromkeys(("results.*.picks", "results.*.right"), ("/api/v1/matches/{id}/predictions/",)),
        "rout": ("/api/v1/matches/{id}/",),
        "surprise": ("/api/v1/matches/{id}/predictions/",),
        "tables.*": (TABLE_MATCHES, STANDINGS),
        "tables.*.rows.*": (f"{TABLE_MATCHES}&team={{slug}}", STANDINGS),
        "ties": ("/api/v1/ties/?{stage}",),
        "field": (PREDICTIONS,),
        "field.top.*": (f"{PREDICTIONS}&forecaster={{slug}}",),
        "corrections.*": ("/api/v1/matches/{id}/revisions/",),
    },
    parameters=_parameters,
)
