"""Read the facts of a roundup from the database."""

from collections.abc import Sequence

from content.roundups.facts import boards, consensus, match, season_totals
from content.roundups.facts import picks as facts_picks
from content.roundups.facts.correction import correction
from content.roundups.facts.scores import Row
from content.roundups.facts.teams import aggregate, leagues, runs, upcoming
from content.roundups.references.documents import Facts
from core.db import sql

VERSION = 5  # 5: addresses for references, groups of forecasters, ties; older facts stay as they are
_SNAPSHOT = sql.read("content/sql/snapshot.sql")


class MatchUnknown(LookupError):
    """There is no such match."""


class NotSettled(LookupError):
    """The match has no current settlement, so there is nothing to write about yet."""


def gather(match_id: int) -> Facts:
    """Return all facts that a roundup may contain, as of the match (see snapshot.sql for the order).

    They are JSON, and schema.py declares them. Raises MatchUnknown, or NotSettled before the match was
    scored.
    """
    [(raw,)] = sql.fetch_all(_SNAPSHOT, {"match": match_id})
    if raw["match"] is None:
        raise MatchUnknown(f"There is no match with id {match_id}; the admin and /api/v1/matches/ list them.")
    settlement = next((row for row in raw["settlements"] or [] if row["is_current"]), None)
    if settlement is None:
        raise NotSettled(f"Match {match_id} is {raw['match']['status']} and not scored; see pipeline_status.")
    return shape(raw, settlement, season_totals.board(raw["counted_before"] or [], settlement["id"]))


def shape(raw: Row, settlement: Row, season: Sequence[Row]) -> Facts:
    """Return the facts of the match in `raw`; `season` is the season's leaderboard with this settlement."""
    about = match.match_facts(raw, settlement)
    rows, zone = raw["picks"] or [], raw["match"]["time_zone"]
    picks = facts_picks.picks(rows, about)
    counts = not about["void"]
    return {
        "schema": VERSION,
        "match": about,
        "result": match.result_facts(about),
        "correction": correction(raw, settlement, about),
        "field": consensus.field_facts(rows, about, settlement, hindsight=raw["counts"]["hindsight"]),
        "picks": picks[: facts_picks.STORED],
        "heroes": facts_picks.heroes(picks) if counts else None,
        "lost_most": facts_picks.lost_most(rows, picks, about) if counts else None,
        "board": boards.board_facts(season),
        "streaks": boards.streaks(season),
        "league": leagues.league_facts(raw["league"], about),
        "tie": aggregate.tie_facts(raw["stage"], about),
        "earlier_meeting": runs.earlier_meeting(raw["earlier_meeting"], about, zone),
        "team_runs": runs.team_runs(raw["runs"] or [], about),
        "records": runs.records(raw["counts"], about),
        "ahead": upcoming.ahead_facts(raw, about),
    }
