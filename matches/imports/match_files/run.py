"""Import matches from a file: one transaction per chunk, with a savepoint for each row.

A file adds matches and results, and corrects earlier values from the same source. Values from another source
or a person are kept and the contradiction is reported, unless `overwrite` is set. Importing the same file
again is a no-op, so an interrupted import can simply be repeated.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from matches import categories
from matches.feeds.providers.csv_format import TableRow
from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.apply_row import ROW_ERRORS, ReportedMatch
from matches.feeds.sync.creators import Creator, FileName, NameNearlyKnown, NearMiss, SeasonUnknown
from matches.feeds.sync.match_linker import linked_match, lock_matches, lock_seasons
from matches.feeds.sync.match_search import Listing
from matches.feeds.sync.suggestions import SHOWN, Suggestion
from matches.feeds.sync.team_resolver import NamesUnknown, TeamNames, UnknownName
from matches.imports.match_files.policy import apply_file_row, has_news
from matches.models import Competition, MatchSource, Season, Team
from matches.services.teams import NameTaken, fits, remember_name

CHUNK = 500


class RowRefused(ValueError):
    """A refused row; the message is the reason."""


REFUSALS = (*ROW_ERRORS, RowRefused, SeasonUnknown, NameTaken, NameNearlyKnown)


@dataclass(frozen=True, slots=True)
class RowNote:
    """A note about a row: why it was refused, or which existing value was kept."""

    row: int
    id: str
    reason: str


@dataclass(slots=True)
class FileChunk:
    """Result of importing one chunk of rows."""

    rows: int
    done: Counter[str] = field(default_factory=Counter)
    refused: list[RowNote] = field(default_factory=list)
    kept: list[RowNote] = field(default_factory=list)  # existing values that the row contradicts


@dataclass(slots=True)
class MatchImport:
    """One import: its source, its season, and what it may create or overwrite."""

    source: str
    rows: Sequence[TableRow]
    now: datetime
    new_rows: Creator
    season: Season | None = None  # if the rows do not name their season
    overwrite: bool = False
    first: dict[str, TableRow] = field(init=False)  # id -> the first row with it
    extended: dict[str, str] = field(default_factory=dict)  # existing season -> its new dates
    names: TeamNames = field(init=False)
    unknown_seasons: set[str] = field(default_factory=set)  # messages: what is missing, and what to do
    _listing: Listing = field(init=False)
    _dates: dict[int, tuple[Season, date, date]] = field(default_factory=dict)  # before the import
    # Competition in the file and team name, in the order of the file -> the other names of the same days
    _beside: dict[tuple[str, str], set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.names = TeamNames(self.source)
        self.first = {}
        self._beside = _beside(self.rows)
        for row in self.rows:
            if row.match is not None:
                self.first.setdefault(row.about, row)
                self.new_rows.add_day(row, row.match.kickoff_on)
        matches = [row.match for row in self.first.values() if row.match]
        faulty = [row.about for row in self.rows if row.fault]
        self._listing = Listing(self.source, matches, faulty=faulty, is_whole=False)

    def run(self, *, chunk: int = CHUNK) -> Iterator[FileChunk]:
        """Import the rows, chunk by chunk, while the caller iterates. Each yielded chunk is committed.

        Rows are imported in the order of their kickoffs, so that a second leg can be compared with its first
        leg. Competitions of men come first, so that new teams of men get the names without an addition. For a
        dry run, iterate within a transaction that is rolled back.
        """
        men = {league for league in {row.competition for row in self.rows} if self._is_for_men(league)}
        rows = sorted(self.rows, key=lambda row: (row.competition not in men, _kickoff_order(row)))
        for start in range(0, len(rows), chunk):
            yield self._import_chunk(rows[start : start + chunk])

    def _is_for_men(self, league: str) -> bool:
        """Return True if the competition with this name is for men. Return False if it is not certain."""
        with suppress(SeasonUnknown):
            return self.new_rows.planned_competition(league).category == categories.MEN
        return False

    def _import_chunk(self, rows: Sequence[TableRow]) -> FileChunk:
        chunk = FileChunk(rows=len(rows))
        with transaction.atomic():
            links = self._links(rows)
            self._lock_seasons(row for row in rows if row.about not in links)
            lock_matches(self._links_with_news(rows, links))
            for row in rows:
                self._import_safely(row, links, chunk)
            self.names.forget(self.new_rows.delete_unused())
            self.names.store_unknown(now=self.now)
            self._note_extended()
        return chunk

    def _note_extended(self) -> None:
        """Store in `extended` the new dates of existing seasons that this import extended."""
        for season, *dates in self._dates.values():
            season.refresh_from_db(fields=["starts_on", "ends_on"])
            if [season.starts_on, season.ends_on] != dates:
                self.extended[str(season)] = f"{season.starts_on} to {season.ends_on}"

    def _links(self, rows: Sequence[TableRow]) -> dict[str, MatchSource]:
        known = MatchSource.objects.filter(source=self.source, external_id__in=[row.about for row in rows])
        known = known.select_related(
            *("match__season__competition", "match__stage", "match__home_team", "match__away_team")
        )
        return {link.external_id: link for link in known}

    def _links_with_news(
        self, rows: Sequence[TableRow], links: dict[str, MatchSource]
    ) -> Iterator[MatchSource]:
        """Yield the links of rows that may change their match. These matches have to be locked."""
        for row in rows:
            link = links.get(row.about)
            if link is None or row.match is None:
                continue
            reported = ReportedMatch(row.match, link, self.now, lambda _: None)
            if has_news(reported, overwrite=self.overwrite):
                yield link

    def _lock_seasons(self, rows: Iterable[TableRow]) -> None:
        """Lock the seasons to which these rows may add matches.

        Rows with an unknown season are skipped here and refused later.
        """
        seasons = set()
        for row in rows:
            with suppress(SeasonUnknown):
                if row.match is not None:
                    seasons.add(self._season(row).pk)
        lock_seasons(seasons)

    def _import_safely(self, row: TableRow, links: dict[str, MatchSource], chunk: FileChunk) -> None:
        if self._is_repeated(row):
            chunk.done["unchanged"] += 1
            return
        try:
            match, kept = self._valid_match(row), list[str]()
            season = self._season(row)
            teams = self._teams(row, match, season.competition)
            with transaction.atomic():
                done = self._import_match(match, links.get(row.about), season, teams, kept.append)
        except REFUSALS as refusal:
            if isinstance(refusal, SeasonUnknown):
                self.unknown_seasons.add(str(refusal))
            chunk.refused.append(RowNote(row.number, row.about, str(refusal).partition("\n")[0]))
            return
        chunk.kept += [RowNote(row.number, row.about, text) for text in kept]
        chunk.done.update(done or ["unchanged"])

    def _is_repeated(self, row: TableRow) -> bool:
        """Return True if an earlier row has the same id and the same values."""
        first = self.first.get(row.about)
        return first is not None and first is not row and replace(first, number=row.number) == row

    def _valid_match(self, row: TableRow) -> FeedMatch:
        match = row.match
        if match is None:
            raise RowRefused(row.fault)
        first = self.first[row.about]
        if first is not row:
            raise RowRefused(f"row {first.number} has the same id, {row.about}, and other values")
        if match.lacks_score:
            raise RowRefused(match.doubt or "it is finished, but its score is missing")
        return match

    def _season(self, row: TableRow) -> Season:
        season = self.season or self.new_rows.season_of(row)
        if str(season) not in self.new_rows.seasons:
            self._dates.setdefault(season.pk, (season, season.starts_on, season.ends_on))
        return season

    def near_misses(self) -> list[NearMiss]:
        """Return unknown team names in the file that are similar to a team's name. Nothing is written."""
        unknown = [each for each in self._listed() if self.names.is_unknown(each.name, each.competition)]
        return self.new_rows.near_misses(unknown, source=self.source)

    def suggestions(self) -> Iterator[tuple[UnknownName, list[Suggestion]]]:
        """Yield the unknown team names of the import with the teams that they may mean."""
        by_league = {(each.name, str(each.competition)): each for each in self.names.unknown.values()}
        for unknown in by_league.values():
            found = self.new_rows.similar_to(unknown.name, unknown.competition, source=self.source)
            yield unknown, found[:SHOWN]

    def _listed(self) -> Iterator[FileName]:
        """Yield the team names of the file, except those in a competition that cannot be identified."""
        for league, name in self._beside:
            with suppress(SeasonUnknown):
                competition = self.season.competition if self.season else None
                yield self._file_name(name, competition or self.new_rows.planned_competition(league), league)

    def _file_name(self, name: str, competition: Competition, league: str) -> FileName:
        beside = self._beside[league, name]
        known = (self.names.known.get((competition.pk, each)) for each in beside)
        return FileName(name, competition, beside | {team.slug for team in known if team})

    def _teams(self, row: TableRow, match: FeedMatch, competition: Competition) -> tuple[Team, Team]:
        for name in (match.home, match.away):
            if name in self.new_rows.team_slugs and (competition.pk, name) not in self.names.known:
                self._apply_mapping(self._file_name(name, competition, row.competition))
        try:
            return self.names.teams(match.home, match.away, example=match.summary, competition=competition)
        except NamesUnknown as unknown:
            for name in unknown.names:
                wanted = self._file_name(name, competition, row.competition)
                team = self.new_rows.team(wanted, source=self.source, unknown=unknown)
                self.names.add(name, team, competition)
            return self.names.teams(match.home, match.away, example=match.summary, competition=competition)

    def _apply_mapping(self, wanted: FileName) -> None:
        """Store the name as an alias of the team that --map-team gives for it.

        Stores nothing if the name already means a team in this competition, and the given team does not fit
        the competition, e.g. a women's team in a men's league.
        """
        name, competition, _ = wanted
        team = self.new_rows.mapped_team(wanted, source=self.source, listed=list(self._listed()))
        if fits(team, name, competition) or self.names.is_unknown(name, competition):
            remember_name(team, name, source=self.source, competition=competition)
            self.names.add(name, team, competition)

    def _import_match(
        self,
        match: FeedMatch,
        link: MatchSource | None,
        season: Season,
        teams: tuple[Team, Team],
        note: Callable[[str], None],
    ) -> list[str]:
        if link and link.match.season_id != season.pk:
            raise RowRefused(f"this id belongs to match {link.match_id}, {link.match} of {link.match.season}")
        link, done = linked_match(
            match, link, teams, listing=self._listing, season=season, now=self.now, note=note
        )
        reported = ReportedMatch(match, link, self.now, note)
        return [*done, *apply_file_row(reported, overwrite=self.overwrite)]


def _kickoff_order(row: TableRow) -> tuple[bool, Any]:
    """Return the sort key of a row. Invalid rows come first, in the order of the file."""
    return (True, row.match.kickoff_at) if row.match else (False, row.number)


def _beside(rows: Iterable[TableRow]) -> dict[tuple[str, str], set[str]]:
    """Return a dict: (competition, team name) -> the other team names that the file has on the same days.

    A team plays at most once a day, so these are names of other teams.
    """
    days = defaultdict[tuple[str, date], set[str]](set)
    of_name = defaultdict[tuple[str, str], set[date]](set)
    for row in rows:
        if match := row.match:
            day = match.kickoff_on
            days[row.competition, day] |= {match.home, match.away}
            for name in (match.home, match.away):
                of_name[row.competition, name].add(day)
    return {
        (league, name): set().union(*(days[league, day] for day in played)) - {name}
        for (league, name), played in of_name.items()
    }
