"""Link a match id of a source to its match, or add the match.

If the match moved to the other team's ground, its sides are swapped. The search for the match of an unknown
id is in match_search.py.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.match_search import Listing, MatchSearch, Unclear
from matches.models import Match, MatchSource, Season, Team
from matches.services.grounds import SidesKept, move_ground
from matches.services.seasons import NewMatch, add_matches
from matches.stage_hints import StageHint

BEFORE, AFTER = timedelta(days=45), timedelta(days=120)  # how far a match may lie outside of its season
GROWTH = timedelta(days=350)  # how far new rounds may extend a season; less than a mistake of a year


def linked_match(
    row: FeedMatch,
    link: MatchSource | None,
    teams: tuple[Team, Team],
    *,
    listing: Listing,
    season: Season,
    now: datetime,
    note: Callable[[str], None],
) -> tuple[MatchSource, list[str]]:
    """Return the link of a row to its match, and a list of what was done: "added", "linked", "swapped".

    If `link` is None, the caller must hold the lock of the season (`lock_seasons`). Calls `note` with a text
    if the recorded sides of the match were kept although the source lists the opposite ones. Raises Unclear
    if it is not certain which match is meant.
    """
    home, away = teams
    if link is None:
        link = link_by_teams(row, home, away, listing=listing, season=season)
        done = ["added" if link.added else "linked"]
    elif {home.pk, away.pk} == {link.match.home_team_id, link.match.away_team_id}:
        done = []
    else:
        raise Unclear(
            f"its teams are {home} and {away}, but its id is linked to match {link.match_id}, {link.match}."
            " If two of these names mean one team, merge its two teams in the admin (Teams, Merge"
            " another team into it). If the link is wrong, correct it in the admin."
        )
    return link, [*done, *_follow_sides(row, link, home, now=now, note=note)]


def link_by_teams(row: FeedMatch, home: Team, away: Team, *, listing: Listing, season: Season) -> MatchSource:
    """Link an unknown id to its match, and return the link. If the match does not exist, add it.

    If the match was added, `added` of the link is True. Requires the lock of the season (`lock_seasons`).
    Raises Unclear if it is not certain which match is meant.
    """
    if home == away:
        if row.home == row.away:
            raise Unclear(f"home and away are the same team, {row.home}; correct one of them.")
        raise Unclear(
            f"{row.home} and {row.away} are both known as {home.name}. If they are two teams, correct"
            " the aliases of that team in the admin."
        )
    search = MatchSearch(row, (home, away), listing, season)
    found = search.found()
    match = found or _add(row, search.hint, home, away, season)
    return MatchSource.objects.create(
        match=match,
        source=listing.source,
        external_id=row.external_id,
        flipped=match.home_team_id != home.pk,
        added=found is None,
    )


def _follow_sides(
    row: FeedMatch, link: MatchSource, home: Team, *, now: datetime, note: Callable[[str], None]
) -> list[str]:
    """Swap the sides of the match if it moved to the other team's ground; else update `link.flipped`.

    `flipped` is True if the source lists home and away in the opposite order. Returns ["swapped"] or [].
    Calls `note` if the order is opposite and the sides were not swapped. If the ground may be neutral, the
    order of the teams means nothing, and `note` is not called.
    """
    match = link.match
    is_opposite = match.away_team_id == home.pk
    is_neutral = match.neutral or row.neutral
    if is_opposite and not is_neutral and _move_ground(link, now):
        return ["swapped"]
    if is_opposite and not is_neutral and match.has_home_ground:
        note(
            f"Reported as {row.home} - {row.away}; match {match.pk} is recorded as {match}, at the ground of"
            f" {match.home_team}. These sides were kept, because predictions or scores refer to them, or"
            " another source lists them. Scores are recorded for the right teams. If the match has no"
            " predictions and scores, you can swap its teams in the admin."
        )
    if link.flipped != is_opposite:
        link.flipped = is_opposite
        link.save(update_fields=["flipped"])
    return []


def _move_ground(link: MatchSource, now: datetime) -> bool:
    """Swap the sides of the match and return True. Return False if the recorded sides must be kept.

    They are kept if this source never listed them, if another feed lists them, or if predictions, LLM
    questions or scores refer to them.
    """
    same_sides = MatchSource.objects.filter(match=link.match_id, flipped=False)
    feeds = same_sides.filter(snapshot__gone_at__isnull=True, snapshot__subscription__active=True)
    has_listed_them = same_sides.filter(source=link.source).exists()
    if not has_listed_them or feeds.exclude(source=link.source).exists():
        return False
    try:
        move_ground(match_id=link.match_id, source=link.source, moved_at=now)
    except SidesKept:
        return False
    link.flipped = False
    link.save(update_fields=["flipped"])
    link.match.refresh_from_db()
    return True


def lock_matches(links: Iterable[MatchSource]) -> None:
    """Lock the linked matches, so that their rows can then be applied in any order.

    Locks them in the order of their ids, as all writers do. This prevents deadlocks.
    """
    ids = {link.match_id for link in links}
    list(Match.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def lock_seasons(ids: Iterable[int]) -> None:
    """Lock the season rows, so that only one import at a time adds matches to a season.

    Call this before any match row is locked; the opposite order could deadlock.
    """
    list(Season.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk"))


def is_in_season(day: date, season: Season) -> bool:
    """Return True if a match of the season may have its kickoff on this day.

    The dates of a season are approximate, so they are extended by BEFORE and AFTER.
    """
    return season.starts_on - BEFORE <= day <= season.ends_on + AFTER


def _may_extend(day: date, season: Season) -> bool:
    """Return True if a new match on this day may extend the dates of the season.

    Only a season whose dates were taken from its matches can be extended, by at most GROWTH.
    """
    if not season.follows_matches:
        return False
    season.refresh_from_db(fields=["starts_on", "ends_on"])  # rows before this one may have extended it
    return season.starts_on - GROWTH <= day <= season.ends_on + GROWTH


def _add(row: FeedMatch, hint: StageHint, home: Team, away: Team, season: Season) -> Match:
    if not is_in_season(row.kickoff_on, season) and not _may_extend(row.kickoff_on, season):
        day = row.kickoff_on
        raise Unclear(
            f"its kickoff, {day}, is not in {season} ({season.starts_on} to"
            f" {season.ends_on}). Correct the date or the season; if both are right, extend the season in the"
            " admin."
        )
    fixture = NewMatch(
        kickoff_at=row.kickoff_at,
        kickoff_time_known=not row.day_only,
        home_team=home,
        away_team=away,
        round_label=row.round_label,
        matchday=row.matchday,
        neutral=row.neutral,
        stage=hint,
        leg=row.leg,
        game=row.game,
    )
    (match,) = add_matches(season, [fixture])
    return match
