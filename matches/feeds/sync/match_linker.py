"""Link a source's match id to a match by season, teams, kickoff and round, or add the match.

Reports with the same teams and nearly the same kickoff mean the same match, even if the round has another
name. If a source has replaced an id, the new id is linked to the existing match. Raises `Unclear` if several
matches are possible.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from matches.feeds.providers.feed_format import FeedMatch
from matches.models import Match, MatchSource, Season, Team
from matches.services.seasons import NewMatch, add_matches
from matches.statuses import REPLAYABLE, SETTLED

NEAR = timedelta(hours=36)  # two teams do not meet twice within this time, wherever they play
BEFORE, AFTER = timedelta(days=45), timedelta(days=120)  # how far a match may lie outside of its season


class Unclear(ValueError):
    """It is unclear which match is meant. The message describes what to do."""


def link_by_teams(
    row: FeedMatch, home: Team, away: Team, *, season: Season, source: str, listed: Collection[str]
) -> MatchSource:
    """Link an unknown id to its match. If the match is missing, add it (then `added` of the link is True).

    `listed` are the ids that the source lists now. The unknown id may replace an id that is not among them.
    Requires the lock of the season (`lock_seasons`). Raises Unclear.
    """
    if home == away:
        raise Unclear(f"{row.home} and {row.away} are the same team here, {home.name}; correct its aliases.")
    meetings = _meetings(season, home, away)
    linked_ids = _linked_elsewhere(meetings, source, row.external_id, listed)
    match = _near(row, meetings, linked_ids) or _same_round(row, home, meetings, linked_ids)
    if match is None:
        _require_unambiguous(row, home, meetings, linked_ids)
        return _add(row, home, away, season, source)
    flipped = match.home_team_id != home.pk
    link = MatchSource(match=match, source=source, external_id=row.external_id, flipped=flipped)
    link.save(force_insert=True)
    return link


def linked_match(
    row: FeedMatch,
    link: MatchSource | None,
    teams: tuple[Team, Team],
    *,
    season: Season,
    source: str,
    listed: Collection[str],
) -> tuple[MatchSource, list[str]]:
    """Return the link of a row, and what was done: ["added"], ["linked"] or [].

    Raises Unclear. For a row without a link, requires the lock of the season (`lock_seasons`).
    """
    home, away = teams
    if link is None:
        link = link_by_teams(row, home, away, season=season, source=source, listed=listed)
        return link, ["added" if link.added else "linked"]
    match = link.match
    if {home.pk, away.pk} != {match.home_team_id, match.away_team_id}:
        raise Unclear(
            f"its teams are {home} and {away}, but its id is linked to match {match.pk}, {match}. If the link"
            " is wrong, correct it in the admin."
        )
    _follow_sides(link, home)
    return link, []


def lock_order(link: MatchSource | None) -> int:
    """Return the sort key of a row: the id of its match. Rows without a match come last.

    All writers lock matches in the order of their ids.
    """
    return link.match_id if link else 2**62


def _follow_sides(link: MatchSource, home: Team) -> None:
    """Update `flipped` of the link, as the source may have swapped the home and away sides."""
    is_flipped = link.match.away_team_id == home.pk
    if link.flipped != is_flipped:
        link.flipped = is_flipped
        link.save(update_fields=["flipped"])


def lock_seasons(ids: Iterable[int]) -> None:
    """Lock the season rows, so that only one import at a time adds matches to a season.

    Call this before any match row is locked; the opposite order could deadlock.
    """
    list(Season.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk"))


def _meetings(season: Season, home: Team, away: Team) -> list[Match]:
    """Return all matches of these two teams in the season, home and away."""
    both = Match.objects.filter(season=season, home_team__in=[home, away], away_team__in=[home, away])
    return list(both.select_related("home_team", "away_team").order_by("kickoff_at", "pk"))


def _linked_elsewhere(
    meetings: list[Match], source: str, external_id: str, listed: Collection[str]
) -> dict[int, str]:
    """Return the matches that are linked to another id which the source still lists: match id -> other id."""
    if not meetings:
        return {}
    links = MatchSource.objects.filter(match__in=meetings, source=source).exclude(external_id=external_id)
    known = links.values_list("match_id", "external_id")
    return {match_id: other for match_id, other in known if other in listed}


def _near(row: FeedMatch, meetings: list[Match], linked_ids: dict[int, str]) -> Match | None:
    near = [match for match in meetings if abs(match.kickoff_at - row.kickoff_at) <= NEAR]
    free = [match for match in near if match.pk not in linked_ids]
    if len(free) > 1:  # an abandoned match and its replay, a day later
        is_replayable = row.result.status in REPLAYABLE
        free = [match for match in free if (match.status in REPLAYABLE) == is_replayable]
    if len(free) == 1:
        return free[0]
    if near:
        raise Unclear(
            f"it could be {_which(free or near, linked_ids)}; add the id to the right match in the admin."
        )
    return None


def _same_round(
    row: FeedMatch, home: Team, meetings: list[Match], linked_ids: dict[int, str]
) -> Match | None:
    """Return the match of the same round, even if its kickoff differs (it may have moved).

    Abandoned and cancelled matches are ignored, because another match may replace them. Raises Unclear.
    """
    same = [match for match in _at_home(home, meetings) if _is_round_of(row, match)]
    standing = [match for match in same if match.status not in REPLAYABLE]
    if not standing:
        return None
    free = [match for match in standing if match.pk not in linked_ids]
    if len(free) == 1:
        return free[0]
    raise Unclear(f"{row.round_label} has {_which(standing, linked_ids)} already. Is the round right?")


def _at_home(home: Team, meetings: list[Match]) -> list[Match]:
    return [match for match in meetings if match.home_team_id == home.pk]


def _is_round_of(row: FeedMatch, match: Match) -> bool:
    if row.matchday is not None and match.matchday is not None:
        return row.matchday == match.matchday
    return row.round_label == match.round_label


def _require_unambiguous(
    row: FeedMatch, home: Team, meetings: list[Match], linked_ids: dict[int, str]
) -> None:
    """Raise Unclear if the report could mean an existing match with a new kickoff.

    This is possible for a match without a result if the match or the report has no matchday.
    """
    doubtful = [
        match
        for match in _at_home(home, meetings)
        if match.status not in SETTLED
        and match.pk not in linked_ids
        and (match.matchday is None or row.matchday is None)
    ]
    if doubtful:
        raise Unclear(
            f"it could be {_which(doubtful, linked_ids)}, with a new kickoff, or another match;"
            " add the id to that match, or add the other match, in the admin."
        )


def _which(matches: list[Match], linked_ids: dict[int, str]) -> str:
    def one(match: Match) -> str:
        known = f", known as {linked_ids[match.pk]}" if match.pk in linked_ids else ""
        return f"match {match.pk} ({match}, {match.round_label}{known})"

    return " or ".join(one(match) for match in matches)


def is_in_season(kickoff_at: datetime, season: Season) -> bool:
    """Return True if a match of the season may have this kickoff.

    The dates of a season are approximate, so they are extended by BEFORE and AFTER.
    """
    return season.starts_on - BEFORE <= kickoff_at.date() <= season.ends_on + AFTER


def _add(row: FeedMatch, home: Team, away: Team, season: Season, source: str) -> MatchSource:
    if not is_in_season(row.kickoff_at, season):
        raise Unclear(
            f"its kickoff, {row.kickoff_at:%Y-%m-%d}, is not in {season} ({season.starts_on} to"
            f" {season.ends_on}). Is the code that of another season?"
        )
    fixture = NewMatch(
        kickoff_at=row.kickoff_at,
        home_team=home,
        away_team=away,
        round_label=row.round_label,
        matchday=row.matchday,
        neutral=row.neutral,
        stage=row.stage,
        leg=row.leg,
    )
    (match,) = add_matches(season, [fixture])
    return MatchSource.objects.create(match=match, source=source, external_id=row.external_id, added=True)
