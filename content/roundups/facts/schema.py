"""Schema of `Roundup.facts`, the facts that a roundup may contain, in JSON.

Numbers are rounded as readers see them, so a text repeats them and calculates nothing. The name of a key
determines the kind of its number; the checker (fact_check/claims.py) relies on that: `*percent` are
whole percentages, `*rank*`, `*position*` and `nth_*` are places, floats have the decimals they are shown
with. A dict with a `name` is about that team or forecaster alone.
"""

from typing import Literal, TypedDict

from content.roundups.facts.schema_tables import BoardFacts, LeagueFacts, Named, Run, Streaks

SCHEMA = 4  # 4: `award`; the table of the stage or group instead of the season; older facts stay as they are

Outcome = Literal["home", "draw", "away"]
Decided = Literal["full_time", "extra_time", "penalties"]
Verdict = Literal["exact", "difference", "tendency", "miss"]


class Side(Named):
    short_name: str


class Scoreline(TypedDict):
    """`text` has the home side first, `winner_first` the larger number."""

    home: int
    away: int
    text: str
    winner_first: str


class MatchFacts(TypedDict):
    id: int
    competition: Named
    season: str
    round: str
    kickoff_at: str
    kickoff_on: str  # like "Saturday 8 August 2015", in UTC
    home: Side
    away: Side
    neutral: bool
    status: str
    award: Literal["home", "away", "both"] | None  # the side that an awarded match goes to; both: both lose
    void: bool
    score: Scoreline | None  # the one that counts; for a void match the one on the books, if any
    outcome: Outcome | None
    winner: str | None
    loser: str | None
    goals: int | None
    margin: int | None
    after_90: Scoreline | None  # this and the next two only where extra time was played
    after_extra_time: Scoreline | None
    penalties: Scoreline | None
    shootout_winner: str | None
    decided: Decided | None  # None for a draw
    final_winner: str | None  # the winner in the end, also if another score counts for the forecasts
    basis: str
    reason: (
        str | None
    )  # given with a void or corrected result; a text quotes it unchanged, in “ ”, or omits it
    result_version: int
    settlement_id: int
    nth_of_season: int  # this match's place in the season, in the order of snapshot.sql


class Correction(TypedDict):
    """The last other result that was recorded since the first report."""

    status_before: str | None
    score_before: str | None  # home side first, like every score of a correction
    winner_before: str | None  # the winner by that score
    after_90_before: str | None  # this and the next four only if extra time or a shootout followed
    after_extra_time_before: str | None
    extra_time_winner_before: str | None
    penalties_before: str | None
    shootout_winner_before: str | None
    void_before: bool
    award_before: Literal["home", "away", "both"] | None


class OutcomeFacts(TypedDict):
    outcome: Outcome
    count: int
    percent: int
    quota: int | None


class Consensus(TypedDict):
    """The most predicted outcome; several outcomes if they are equally frequent."""

    outcomes: list[Outcome]
    count: int
    percent: int
    right: bool | None


class CommonScoreline(TypedDict):
    texts: list[str]
    count: int


class Hits(TypedDict):
    tendency: int
    difference: int  # the goal difference, exact scores among them
    exact: int
    missed: int
    tendency_percent: int


class Chances(TypedDict):
    """Means of the probabilities given."""

    home_percent: int
    draw_percent: int
    away_percent: int
    actual_percent: int | None


class FieldFacts(TypedDict):
    predictions: int
    score_picks: int
    probability_picks: int
    live: int
    archive: int
    hindsight: int  # made after the kickoff; in no other figure here
    outcomes: list[OutcomeFacts]
    consensus: Consensus | None
    common: CommonScoreline | None
    hits: Hits | None
    chances: Chances | None


class Pick(Named):
    """One forecaster's prediction and its points."""

    pick: str | None
    verdict: Verdict | None
    points: int | None
    actual_percent: int | None  # the probability it gave to what happened
    favourite: Outcome | None
    favourite_percent: int | None


class Heroes(TypedDict):
    """Forecasters with the most points. `best` contains at most five of them, `count` is their number."""

    points: int
    count: int
    best: list[Pick]


class EarlierMeeting(TypedDict):
    """The last meeting of the two this season, at the other's ground."""

    kickoff_on: str
    score: Scoreline  # the home side of that day first: today's visitors
    winner: str | None


class TeamRun(Run):
    """The most telling run of one side, this match included; `*_ended` are runs that it ended."""

    kind: str  # wins, losses, unbeaten, winless, and each with _ended


class NextMatch(TypedDict):
    name: str  # the side that we follow
    opponent: str
    venue: Literal["home", "away", "neutral"]
    kickoff_at: str
    kickoff_on: str
    round: str
    competition: str


class AheadFacts(TypedDict):
    home: NextMatch | None
    away: NextMatch | None
    round_left: int  # matches of this round that kick off later
    simultaneous_open: int  # other matches of this kickoff that were not counted yet


class Names(TypedDict):
    """Every name that the text may use."""

    teams: list[str]
    forecasters: list[str]


class Facts(TypedDict):
    schema: int
    match: MatchFacts
    correction: Correction | None
    field: FieldFacts
    picks: list[Pick]  # best first, the first twelve
    heroes: Heroes | None
    lost_most: Pick | None
    board: BoardFacts | None
    streaks: Streaks
    league: LeagueFacts | None
    earlier_meeting: EarlierMeeting | None
    team_runs: list[TeamRun]
    ahead: AheadFacts
    tags: list[str]
    names: Names
