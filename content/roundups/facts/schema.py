"""Schema of `Roundup.facts`: kind and sources of each fact. Percentages and averages are rounded as on pages.

A fact in an object with a `name` is about that team or forecaster, and one beside `people` about all of them.
"""

from content.roundups.facts.sources import SOURCES, parameters
from content.roundups.references.documents import FactKind, FactSchema, Shape, of

TEAM = of(code="slug", team="name")
FORECASTER = of(code="slug", forecaster="name")
SCORE = of(goals="home away", score="text")
# Forecasters who share the values beside `people`; `others` are not named.
GROUP: dict[str, Shape] = of(forecasters="count others") | {"people": [FORECASTER]}
PICK = FORECASTER | of(
    score="pick",
    result="verdict favourite_text",
    points="points",
    code="favourite",
    per_cent="actual_percent favourite_percent",
)
PICKS: dict[str, Shape] = GROUP | {"people": [PICK]}
STREAK = GROUP | of(matches="length")
MOVE = GROUP | of(place="rank_before rank")
NEXT = of(
    code="id venue kickoff_at kickoff_time_known",
    team="name opponent",
    date="kickoff_on",
    name="competition round_in",
)

MATCH: dict[str, Shape] = {
    **of(code="id season_id stage_id kickoff_at kickoff_time_known neutral status award void outcome"),
    **of(code="basis result_version settlement_id", name="season group round round_in round_of time_zone"),
    **of(date="kickoff_on", goals="goals margin", minutes="minutes", matches="nth_of_season"),
    **of(team="winner loser"),  # by the score that counts; `result` has the winner in the end
    **of(quotation="reason"),  # recorded with a void or corrected result
    "competition": of(code="slug", name="name"),
    "home": TEAM | of(team="short_name"),
    "away": TEAM | of(team="short_name"),
    "score": SCORE,  # the one that counts for the forecasts; of a void match the recorded one, if any
    **dict.fromkeys(("after_90", "after_extra_time", "penalties"), SCORE),  # only if more was played
}
FIELD: dict[str, Shape] = {
    **of(predictions="predictions live archive hindsight", forecasters="score_picks probability_picks"),
    "outcomes": [of(code="outcome", result="text", forecasters="count", per_cent="percent", points="quota")],
    "consensus": of(forecasters="count", per_cent="percent", code="right")
    | {"outcomes": [FactKind.CODE], "texts": [FactKind.RESULT]},
    "common": of(forecasters="count") | {"texts": [FactKind.SCORE]},
    "hits": of(result="text", forecasters="tendency difference exact missed", per_cent="tendency_percent"),
    "chances": of(per_cent="home_percent draw_percent away_percent actual_percent favourite_percent")
    | of(code="favourite", result="favourite_text")
    | {"closest": GROUP | of(per_cent="percent")},  # who gave the actual outcome the highest probability
    "market": of(forecasters="bookmakers others others_right", per_cent="favourite_percent actual_percent")
    | of(result="favourite_text", code="beaten"),
    **of(code="upset"),
}
BOARD: dict[str, Shape] = {
    **of(forecasters="size moved", code="new_leader"),
    "top": [FORECASTER | of(place="rank rank_before", matches="matches", points="points", average="average")],
    "leaders": GROUP | of(average="average"),
    "leaders_before": GROUP,
    "lead": of(points="points", average="average") | {"first": FORECASTER, "second": FORECASTER},
    "risers": [MOVE],
    "fallers": [MOVE],
}
LEAGUE: dict[str, Shape] = {
    **of(name="title", teams="size", matches="simultaneous_open", code="new_leader"),
    "rows": [
        TEAM
        | of(place="position position_before", matches="played won drawn lost", code="plays_here is_shared")
        | of(goals="goals_for goals_against goal_difference", points="points carried deducted added")
    ],
    "leaders": [FactKind.TEAM],
    "leaders_before": [FactKind.TEAM],
}

SCHEMA = FactSchema(
    shape={
        **of(code="schema"),
        "match": MATCH,
        "result": of(team="subject object winner loser", result="verb how", score="score", code="decided"),
        "correction": of(result="before", code="void_before is_same_score"),
        "field": FIELD,
        "picks": [PICK],
        "heroes": PICKS | of(points="points", score="pick", result="verdict"),
        "lost_most": PICKS
        | of(score="pick", result="favourite_text", per_cent="favourite_percent actual_percent"),
        "board": BOARD,
        "streaks": dict.fromkeys(("running", "ended", "blanks_ended"), STREAK),
        "league": LEAGUE,
        "tie": of(team="winner", number="number", code="format is_last_round", result="text"),
        "earlier_meeting": of(code="id", date="kickoff_on", team="winner") | {"score": SCORE},
        "team_runs": [TEAM | of(code="kind", matches="length", result="text")],
        "records": of(code="most_goals widest_margin"),
        "ahead": of(matches="round_left simultaneous_open") | {"home": NEXT, "away": NEXT},
    },
    sources=SOURCES,
    parameters=parameters,
)
