"""Stages of a season for its page: tables of each stage, or the matches of a stage without a table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from content.pages.selectors import match_lists
from content.pages.selectors.match_lists import MatchLine
from matches.models import Match, Season, Stage
from matches.tables.wording import rules_in_words, why_no_table
from stats.refresh import matviews, versioned_reads
from stats.standings import ComparedRow, SeasonTables, season_tables

LISTED = 100  # matches of a stage without a table

Rounds = list[tuple[str, list[MatchLine]]]  # label of each round, and its matches


@dataclass(frozen=True, slots=True)
class StageSection:
    """One stage on the page of its season.

    - `part`: the tables of the stage
    - `compared`: ranking of the teams with a certain place (e.g. third) across the groups; empty for most
      stages
    - `rounds`: the matches by round, only if the stage has no table
    - `is_cut`: True if `rounds` contains only the last LISTED matches, because there are more
    """

    stage: Stage
    part: SeasonTables
    compared: list[ComparedRow] = field(default_factory=list)
    rounds: Rounds = field(default_factory=list)
    is_cut: bool = False

    @property
    def rules(self) -> str:
        """Return the rules of the tables in words. The points for a match are left out if they are 3-1-0."""
        return " ".join(rules_in_words(self.stage, with_usual_points=False))

    @property
    def why_no_table(self) -> str:
        return why_no_table(self.stage)

    @property
    def has_groups(self) -> bool:
        return any(table.group for table in self.part.tables)

    @property
    def is_complete(self) -> bool:
        return all(table.is_complete for table in self.part.tables)

    @property
    def has_carried_points(self) -> bool:
        return self.stage.carries != Stage.Carries.NOTHING

    @property
    def has_shootout_points(self) -> bool:
        return self.stage.points_shootout_win is not None


def sections(season: Season) -> list[StageSection]:
    """Return the stages of a season in order. All tables belong to one version of the refreshed data.

    Stages without matches are left out if their matches were moved to another stage, or if their kind is not
    decided.

    Raises StillChanging if the tables are refreshed again and again meanwhile.
    """
    found = versioned_reads.read(matviews.STANDINGS, partial(season_tables, season.pk))
    matches = _matches_without_table(season, found.stages)
    lines = {line.match.pk: line for line in match_lists.lines(_listed(matches))} if matches else {}
    return [
        StageSection(
            stage,
            found.of_stage(stage.pk),
            compared=found.compared(stage),
            rounds=_rounds(lines[match.pk] for match in matches[stage.pk][-LISTED:]),
            is_cut=len(matches[stage.pk]) > LISTED,
        )
        for stage in found.stages
        if matches[stage.pk] or found.of_stage(stage.pk).tables or not _is_emptied(stage)
    ]


def _is_emptied(stage: Stage) -> bool:
    """Return True if a stage that has no matches is of no interest to readers."""
    return stage.moved_to_id is not None or stage.kind == Stage.Kind.UNKNOWN


def _matches_without_table(season: Season, stages: Sequence[Stage]) -> dict[int, list[Match]]:
    """Return the last matches of each stage without a table, by stage id. They are sorted by kickoff.

    There are at most LISTED + 1 matches per stage: the additional one shows that the page cannot list all.
    """
    without = [stage.pk for stage in stages if not stage.has_table]
    by_stage: dict[int, list[Match]] = defaultdict(list)
    if without:
        newest = [F("kickoff_at").desc(), F("pk").desc()]
        rows = match_lists.matches().filter(season=season, stage__in=without)
        rows = rows.annotate(number=Window(RowNumber(), partition_by=F("stage"), order_by=newest))
        for match in rows.filter(number__lte=LISTED + 1).order_by("kickoff_at", "pk"):
            by_stage[match.stage_id].append(match)
    return by_stage


def _listed(by_stage: dict[int, list[Match]]) -> list[Match]:
    return [match for matches in by_stage.values() for match in matches[-LISTED:]]


def _rounds(lines: Iterable[MatchLine]) -> Rounds:
    """Group the lines by round. The rounds are in the order of their first lines."""
    rounds: dict[str, list[MatchLine]] = defaultdict(list)
    for line in lines:
        rounds[line.match.round_label].append(line)
    return list(rounds.items())
