"""From the rows of the snapshot to the facts of a roundup."""

from collections.abc import Sequence

from content.facts import ahead, boards, field, leagues, match, notable, performers, sides, so_far
from content.facts.schema import SCHEMA, Facts, Names
from content.facts.snapshot import Row, read


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
    return shape(raw, settlement, so_far.board(raw["counted_before"] or [], settlement["id"]))


def shape(raw: Row, settlement: Row, season: Sequence[Row]) -> Facts:
    """Return the facts of the match in `raw`; `season` is the forecasters' board with this settlement."""
    played = match.match_facts(raw, settlement)
    picks = performers.picks(raw["picks"] or [], played)
    league = leagues.league_facts(raw["league"] or [], raw["match"], played["round"])
    facts = Facts(
        schema=SCHEMA,
        match=played,
        correction=match.correction(raw, settlement),
        field=field.field_facts(raw["picks"] or [], played, settlement, hindsight=raw["counts"]["hindsight"]),
        picks=picks[:12],
        heroes=None if played["void"] else performers.heroes(picks),
        lost_most=None if played["void"] else performers.lost_most(raw["picks"] or [], picks, played),
        board=boards.board_facts(season),
        streaks=boards.streaks(season),
        league=league,
        earlier_meeting=sides.earlier_meeting(raw["earlier_meeting"], played),
        team_runs=sides.team_runs(raw["league"] or []),
        ahead=ahead.ahead_facts(raw),
        tags=[],
        names=Names(teams=[], forecasters=[]),
    )
    facts["tags"] = notable.tags(facts)
    facts["names"] = notable.names(facts)
    return facts
