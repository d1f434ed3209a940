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

    `part` contains its tables, `compared` the ranking of one place across its groups. `rounds` contains the
    matches of a stage without a table; `is_cut` is True if these are only the last LISTED ones.
    """

    stage: Stage
    part: SeasonTables
    compared: list[ComparedRow] = field(default_factory=list)
    rounds: Rounds = field(default_factory=list)
    is_cut: bool = False

    @property
    def rules(self) -> str:
        """Return the rules of the tables in words, without the usual points for a match."""
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
    ]


def _matches_without_table(season: Season, stages: Sequence[Stage]) -> dict[int, list[Match]]:
    """Return the last matches of the stages without a table, by kickoff; LISTED + 1 if there are more."""
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
    """Return the lines by round; the round with the first kickoff comes first."""
    rounds: dict[str, list[MatchLine]] = defaultdict(list)
    for line in lines:
        rounds[line.match.round_label].append(line)
    return list(rounds.items())
