"""Schema of `Digest.facts`: the kind of each fact, and the paths of the API that return its rows."""

from urllib.parse import urlencode

from content.roundups.references import FactKind, FactSchema
from content.roundups.references.documents import Facts, Shape

API = "/api/v1"
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


def _match(_: Facts, row: Facts) -> list[str]:
    return [f"{API}/matches/{row['id']}/"]


def _round(facts: Facts, _: Facts) -> list[str]:
    """Return the matches of the stage up to the last one of the round."""
    about = facts["round"]
    return [_list("matches", season=about["season_id"], stage=about["stage_id"], to=about["as_of"])]


def _predictions(facts: Facts, _: Facts) -> list[str]:
    return [f"{API}/matches/{row['id']}/predictions/" for row in facts["results"] if not row["is_void"]]


def _prediction(facts: Facts, row: Facts) -> list[str]:
    ids = [each["id"] for each in facts["results"] if not each["is_void"]]
    return [_list("predictions", match=pk, forecaster=row["slug"]) for pk in ids]


def _table(facts: Facts, table: Facts) -> list[str]:
    about, group = facts["round"], table.get("group")
    query = {"season": about["season_id"], "stage": about["stage_id"]} | ({"group": group} if group else {})
    return [_list("matches", **query, to=about["as_of"]), _list("standings", **query)]


def _ties(facts: Facts, _: Facts) -> list[str]:
    return [_list("ties", season=facts["round"]["season_id"], stage=facts["round"]["stage_id"])]


def _revisions(_: Facts, row: Facts) -> list[str]:
    return [f"{API}/matches/{row['id']}/revisions/"]


def _list(name: str, **query: object) -> str:
    return f"{API}/{name}/?{urlencode(query, safe=':')}"


SCHEMA = FactSchema(
    shape={
        "schema": K.CODE,
        "round": ROUND,
        "results": [RESULT],
        "surprise": {"id": K.CODE, "text": K.RESULT, "picks": K.FORECASTERS, "right": K.FORECASTERS},
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
        "round": _round,
        "results.*": _match,
        "results.*.picks": _predictions,
        "surprise": _match,
        "tables.*": _table,
        "ties": _ties,
        "field": _predictions,
        "field.best.people.*": _prediction,
        "field.worst.people.*": _prediction,
        "field.top.*": _prediction,
        "corrections.*": _revisions,
    },
)
