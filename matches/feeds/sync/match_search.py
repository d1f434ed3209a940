"""Search for the match of a source's unknown id, by teams, kickoff, stage and round.

Two ids in one listing of a source are always two matches, even if the same teams meet again soon
(docs/adr/0042).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property

from matches.feeds.providers.feed_format import FeedMatch
from matches.models import Match, MatchSource, Season, Stage, Team
from matches.result import Result
from matches.stage_hints import stage_of_round
from matches.statuses import REPLAYABLE, SETTLED

NEAR = timedelta(hours=36)  # sources differ by at most this much about the kickoff of one match
DAY = timedelta(days=1)


class Unclear(ValueError):
    """It is unclear which match is meant. The message describes what to do."""


class Listing:
    """The matches that a source lists now. `faulty` contains the ids of invalid entries.

    `is_whole` is True for a feed, which lists the whole season: an id that is missing now may have been
    replaced. It is False for a file, which may contain only a part of the season.
    """

    def __init__(
        self, source: str, rows: Iterable[FeedMatch], *, faulty: Iterable[str] = (), is_whole: bool
    ) -> None:
        self.source, self.is_whole = source, is_whole
        self.rows = list(rows)
        self.ids = {*(row.external_id for row in self.rows), *faulty}

    def same_teams(self, row: FeedMatch) -> list[FeedMatch]:
        """Return all rows of the two teams of this row."""
        return self._by_teams[frozenset((row.home, row.away))]

    @cached_property
    def _by_teams(self) -> dict[frozenset[str], list[FeedMatch]]:
        found = defaultdict[frozenset[str], list[FeedMatch]](list)
        for row in self.rows:
            found[frozenset((row.home, row.away))].append(row)
        return found


class MatchSearch:
    """Search for the match of a row whose id is not linked, among all meetings of its teams in the season.

    - `listed`: meetings that are linked to another id in the source's current listing, so they are other
      matches
    - `unlisted`: meetings that are linked to an id of the source that its current file does not contain
    - `free`: meetings that are not in `listed` and that no other row of the source fits better
    """

    def __init__(self, row: FeedMatch, teams: tuple[Team, Team], listing: Listing, season: Season) -> None:
        self.row, self.home = row, teams[0]
        self.hint = row.stage or stage_of_round(row.round_label, matchday=row.matchday)
        meetings = Match.objects.filter(season=season, home_team__in=teams, away_team__in=teams)
        self.meetings = list(
            meetings.select_related("stage", "home_team", "away_team").order_by("kickoff_at", "pk")
        )
        links = MatchSource.objects.filter(match__in=self.meetings, source=listing.source)
        ids = dict(links.values_list("external_id", "match")) if self.meetings else {}
        self.listed = {match_id: name for name, match_id in ids.items() if name in listing.ids}
        unlisted = {match_id: name for name, match_id in ids.items() if match_id not in self.listed}
        self.unlisted = {} if listing.is_whole else unlisted
        rivals = [other for other in listing.same_teams(row) if other.external_id not in ids]
        self.free = [
            match
            for match in self.meetings
            if match.pk not in self.listed and not any(_fits_better(other, row, match) for other in rivals)
        ]

    def found(self) -> Match | None:
        """Return the match, or None if it is not in the database. Raises Unclear."""
        match = self._near() or self._moved()
        if match is None:
            self._require_unambiguous()
        return match

    def _near(self) -> Match | None:
        """Return the match with this kickoff, else the one on this day, else the one within NEAR, else None.

        Raises Unclear if several are possible, or if the source lists another id with the same teams and
        kickoff.
        """
        self._require_no_duplicate()
        near = [match for match in self.free if abs(match.kickoff_at - self.row.kickoff_at) <= NEAR]
        for at_time in (self._has_kickoff, self._is_on_day, lambda _: True):
            found = self._preferred([match for match in near if at_time(match)])
            if len(found) == 1 and (found[0].pk not in self.unlisted or self._has_kickoff(found[0])):
                return found[0]
            if found:
                raise Unclear(
                    f"it is not clear which match this is: it could be {self._which(found)}. Add the id to"
                    " the right match in the admin."
                )
        return None

    def _require_no_duplicate(self) -> None:
        for match in self.meetings:
            is_same_game = self.row.game in (None, match.game)
            if (
                match.pk in self.listed
                and self._has_kickoff(match)
                and is_same_game
                and not self.row.day_only
            ):
                raise Unclear(
                    f"it has the teams and the kickoff of {self._which([match])}. If it is the same"
                    " match, use one id for it; if not, correct the kickoff."
                )

    def _has_kickoff(self, match: Match) -> bool:
        return self._is_on_day(match) if self.row.day_only else match.kickoff_at == self.row.kickoff_at

    def _is_on_day(self, match: Match) -> bool:
        if self.row.day_only:  # the day of its time zone
            return timedelta(0) <= match.kickoff_at - self.row.kickoff_at < DAY
        return match.kickoff_on == self.row.kickoff_on

    def _preferred(self, matches: list[Match]) -> list[Match]:
        """Narrow several matches down by sides, round, game number and status, in this order.

        A criterion that no remaining match meets is skipped.
        """
        is_replayable = self.row.result.status in REPLAYABLE
        for fits in (
            lambda match: match.home_team_id == self.home.pk,
            self._is_same_round,
            lambda match: match.game == self.row.game,
            lambda match: (match.status in REPLAYABLE) == is_replayable,
        ):
            if len(matches) > 1:
                matches = [match for match in matches if fits(match)] or matches
        return matches

    def _moved(self) -> Match | None:
        """Return the match of the same round and sides that probably has a new kickoff, or None.

        Abandoned and cancelled matches are ignored, because another match may replace them. Raises Unclear if
        it is not certain which match is meant.
        """
        found = [match for match in self._at_home() if self._is_same_round(match) and self._may_be(match)]
        if len(found) == 1 and found[0].pk not in self.unlisted and self._is_only_one(found[0]):
            return found[0]
        if found:
            self._refuse(found)
        return None

    def _at_home(self) -> list[Match]:
        return [match for match in self.free if match.home_team_id == self.home.pk]

    def _may_be(self, match: Match) -> bool:
        """Return True if a match of this round may be the match of the row, although its kickoff differs.

        A match with a result must also have the matchday or the score of the row.
        """
        if match.status not in SETTLED:
            return True
        is_other = match.status in REPLAYABLE or match.pk in self.unlisted
        return not is_other and (self._is_numbered(match) or self._has_score(match))

    def _is_only_one(self, match: Match) -> bool:
        """Return True if the row can mean no other meeting of the teams in this round.

        This is certain if the round is a matchday, in which two teams meet only once, or if the match has no
        result yet.
        """
        return self._is_numbered(match) or match.status not in SETTLED

    def _is_numbered(self, match: Match) -> bool:
        return None not in (self.row.matchday, match.matchday) and match.stage.kind != Stage.Kind.KNOCKOUT

    def _has_score(self, match: Match) -> bool:
        return self.row.is_outcome and Result.of(match).before_shootout == self.row.result.before_shootout

    def _is_same_round(self, match: Match) -> bool:
        if match.stage.name != self.hint.name:
            return False
        if None not in (self.row.matchday, match.matchday):
            return self.row.matchday == match.matchday
        return self.row.round_label == match.round_label

    def _is_other_round(self, match: Match) -> bool:
        """Return True if the match certainly has another matchday or another kind of stage."""
        kinds = {match.stage.kind, self.hint.kind} - {Stage.Kind.UNKNOWN.value}
        days = {match.matchday, self.row.matchday} - {None}
        return len(kinds) > 1 or len(days) > 1

    def _require_unambiguous(self) -> None:
        """Raise Unclear if the row may be an existing match with a new kickoff.

        That is possible for a match with the same sides and without a result, unless it certainly belongs to
        another round.
        """
        doubtful = [
            match
            for match in self._at_home()
            if match.status not in SETTLED
            and match.pk not in self.unlisted
            and not self._is_other_round(match)
        ]
        if doubtful:
            self._refuse(doubtful)

    def _refuse(self, matches: list[Match]) -> None:
        raise Unclear(
            f"it is not clear which match this is: it could be {self._which(matches)}, with a new kickoff, or"
            " another match. Add the id to that match, or add the other match, in the admin."
        )

    def _which(self, matches: list[Match]) -> str:
        ids = self.unlisted | self.listed

        def one(match: Match) -> str:
            known = f", known as {ids[match.pk]}" if match.pk in ids else ""
            return f"match {match.pk} ({match}, {match.round_label}{known})"

        return " or ".join(one(match) for match in matches)


def _fits_better(other: FeedMatch, row: FeedMatch, match: Match) -> bool:
    """Return True if the match fits the row `other` better than `row`.

    The kickoff in `other` must be nearer to the kickoff of the match than the kickoff in `row`. It must also
    be at most NEAR away, unless both rows have the same home team and round.
    """
    apart = abs(other.kickoff_at - match.kickoff_at)
    same = (other.home, other.round_label, other.matchday) == (row.home, row.round_label, row.matchday)
    return apart < abs(row.kickoff_at - match.kickoff_at) and (apart <= NEAR or same)
