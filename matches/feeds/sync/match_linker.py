"""Which match of ours a source means: by its id, else by season, teams, kickoff and round; or a new one.

What is near in time is the same match whatever it is called, and an id that was made anew is linked instead
of making a twin. Where two answers are possible there is none: `Unclear`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from matches.feeds.providers.feed_format import FeedMatch
from matches.models import Match, MatchSource, Season, Team
from matches.services.predictions import NewMatch, add_matches
from matches.statuses import REPLAYABLE, SETTLED

NEAR = timedelta(hours=36)  # two teams do not meet twice within that time, whoever is at home
BEFORE, AFTER = timedelta(days=45), timedelta(days=120)  # that a match may lie outside of its season


class Unclear(ValueError):
    """Which match is meant cannot be told. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A match of ours and the source's id for it; whether either is new."""

    link: MatchSource
    is_new: bool = False
    added: bool = False


def link_by_teams(
    said: FeedMatch, home: Team, away: Team, *, season: Season, source: str, listed: Collection[str]
) -> Linked:
    """Link an id that is new to us to the match that it means; add that match if there is none.

    `listed` are the ids that the source has now: one that it has no more may have been made anew. The caller
    holds the season (`hold_seasons`). Raises Unclear.
    """
    if home == away:
        raise Unclear(f"{said.home} and {said.away} are one team here, {home.name}; mend its aliases.")
    meetings = _meetings(season, home, away)
    taken = _taken(meetings, source, said.external_id, listed)
    match = _near(said, meetings, taken) or _same_round(said, home, meetings, taken)
    if match is None:
        _require_clear(said, home, meetings, taken)
        return Linked(_add(said, home, away, season, source), is_new=True, added=True)
    flipped = match.home_team_id != home.pk
    link = MatchSource(match=match, source=source, external_id=said.external_id, flipped=flipped)
    link.save(force_insert=True)
    return Linked(link, is_new=True)


def follow_sides(link: MatchSource, home: Team) -> None:
    """Which side the source has at home follows from its names; it may turn round."""
    is_flipped = link.match.away_team_id == home.pk
    if link.flipped != is_flipped:
        link.flipped = is_flipped
        link.save(update_fields=["flipped"])


def hold_seasons(ids: Iterable[int]) -> None:
    """Of several that would add matches to a season one goes first, and the next sees what it added.

    Before they hold any match: whoever holds one and waits here could be waited for.
    """
    list(Season.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk"))


def _meetings(season: Season, home: Team, away: Team) -> list[Match]:
    """Every match of these two in the season, whoever is at home."""
    both = Match.objects.filter(season=season, home_team__in=[home, away], away_team__in=[home, away])
    return list(both.select_related("home_team", "away_team").order_by("kickoff_at", "pk"))


def _taken(meetings: list[Match], source: str, external_id: str, listed: Collection[str]) -> dict[int, str]:
    """Which of them the source means by another id that it still has: match -> that id."""
    if not meetings:
        return {}
    links = MatchSource.objects.filter(match__in=meetings, source=source).exclude(external_id=external_id)
    known = links.values_list("match_id", "external_id")
    return {match_id: other for match_id, other in known if other in listed}


def _near(said: FeedMatch, meetings: list[Match], taken: dict[int, str]) -> Match | None:
    near = [match for match in meetings if abs(match.kickoff_at - said.kickoff_at) <= NEAR]
    free = [match for match in near if match.pk not in taken]
    if len(free) > 1:  # an abandoned match and its replay, a day later
        is_replayable = said.result.status in REPLAYABLE
        free = [match for match in free if (match.status in REPLAYABLE) == is_replayable]
    if len(free) == 1:
        return free[0]
    if near:
        raise Unclear(f"it could be {_which(free or near, taken)}; add the id to the right one in the admin.")
    return None


def _same_round(said: FeedMatch, home: Team, meetings: list[Match], taken: dict[int, str]) -> Match | None:
    """The match of that round whose kickoff moved by more than a day; never one that may be replayed."""
    same = [match for match in _at_home(home, meetings) if _is_round_of(said, match)]
    standing = [match for match in same if match.status not in REPLAYABLE]
    if not standing:
        return None
    free = [match for match in standing if match.pk not in taken]
    if len(free) == 1:
        return free[0]
    raise Unclear(f"{said.round_label} has {_which(standing, taken)} already; is the round right?")


def _at_home(home: Team, meetings: list[Match]) -> list[Match]:
    return [match for match in meetings if match.home_team_id == home.pk]


def _is_round_of(said: FeedMatch, match: Match) -> bool:
    if said.matchday is not None and match.matchday is not None:
        return said.matchday == match.matchday
    return said.round_label == match.round_label


def _require_clear(said: FeedMatch, home: Team, meetings: list[Match], taken: dict[int, str]) -> None:
    """A match without a number of its round, far from one that is still to be played, may be that one."""
    doubtful = [
        match
        for match in _at_home(home, meetings)
        if match.status not in SETTLED
        and match.pk not in taken
        and (match.matchday is None or said.matchday is None)
    ]
    if doubtful:
        raise Unclear(
            f"it could be {_which(doubtful, taken)}, moved, or another one; add the id to that match,"
            " or add the match, in the admin."
        )


def _which(matches: list[Match], taken: dict[int, str]) -> str:
    def one(match: Match) -> str:
        known = f", known as {taken[match.pk]}" if match.pk in taken else ""
        return f"match {match.pk} ({match}, {match.round_label}{known})"

    return " or ".join(one(match) for match in matches)


def is_in_season(kickoff_at: datetime, season: Season) -> bool:
    """Whether a match of that season can be played then; seasons are known roughly."""
    return season.starts_on - BEFORE <= kickoff_at.date() <= season.ends_on + AFTER


def _add(said: FeedMatch, home: Team, away: Team, season: Season, source: str) -> MatchSource:
    if not is_in_season(said.kickoff_at, season):
        raise Unclear(
            f"its kickoff, {said.kickoff_at:%Y-%m-%d}, is not in {season} ({season.starts_on} to"
            f" {season.ends_on}): is it the code of another season?"
        )
    fixture = NewMatch(
        kickoff_at=said.kickoff_at,
        home_team=home,
        away_team=away,
        round_label=said.round_label,
        matchday=said.matchday,
        neutral=said.neutral,
    )
    (match,) = add_matches(season, [fixture])
    return MatchSource.objects.create(match=match, source=source, external_id=said.external_id, added=True)
