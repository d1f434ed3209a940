"""From the rows of the snapshot to the facts of a roundup."""

from collections.abc import Sequence

from content.roundups.facts import boards, consensus, leagues, match, season_totals, tags, team_form, upcoming
from content.roundups.facts import picks as facts_picks
from content.roundups.facts.query import Row, read
from content.roundups.facts.schema import SCHEMA, Facts, Names


class MatchUnknown(LookupError):
    """There is no such match."""


class NotSettled(LookupError):
    """The match has no current settlement: there is nothing to tell yet."""


def gather(match_id: int) -> Facts:
    """Everything a roundup of the match may say, as of the match (see snapshot.sql for the order).

    JSON throughout. Raises MatchUnknown, or NotSettled before the match was scored.
    """
    raw = read(match_id)
    if raw is None:
        raise MatchUnknown(f"There is no match with id {match_id}; the admin and /api/v1/matches/ list them.")
    settlement = next((row for row in raw["settlements"] or [] if row["is_current"]), None)
    if settlement is None:
        raise NotSettled(f"Match {match_id} is {raw['match']['status']} and not scored; see pipeline_status.")
    return shape(raw, settlement, season_totals.board(raw["counted_before"] or [], settlement["id"]))


def shape(raw: Row, settlement: Row, season: Sequence[Row]) -> Facts:
    """Return the facts of the match in `raw`; `season` is the forecasters' board with this settlement."""
    played = match.match_facts(raw, settlement)
    picks = facts_picks.picks(raw["picks"] or [], played)
    facts = Facts(
        schema=SCHEMA,
        match=played,
        correction=match.correction(raw, settlement),
        field=consensus.field_facts(
            raw["picks"] or [], played, settlement, hindsight=raw["counts"]["hindsight"]
        ),
        picks=picks[:12],
        heroes=None if played["void"] else facts_picks.heroes(picks),
        lost_most=None if played["void"] else facts_picks.lost_most(raw["picks"] or [], picks, played),
        board=boards.board_facts(season),
        streaks=boards.streaks(season),
        league=leagues.league_facts(raw["league"], raw["match"]),
        earlier_meeting=team_form.earlier_meeting(raw["earlier_meeting"], played),
        team_runs=team_form.team_runs(raw["runs"] or []),
        ahead=upcoming.ahead_facts(raw),
        tags=[],
        names=Names(teams=[], forecasters=[]),
    )
    facts["tags"] = tags.tags(facts)
    facts["names"] = tags.names(facts)
    return facts
