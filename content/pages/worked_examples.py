"""Worked examples of the statistics on the methodology page, from the numbers of the overall leaderboard."""

from dataclasses import dataclass

from stats.analysis import calibration_reads
from stats.analysis.head_to_head import HeadToHead, MetricComparison, head_to_head
from stats.analysis.lead import BoardLead, lead_of
from stats.analysis.other_rules import RuleCorrelation, rule_switch
from stats.analysis.skill import SkillRow, SkillTable, skill_tables
from stats.inference.confidence_sequences import boundary
from stats.leaderboards import Board
from stats.models import CalibrationReport


@dataclass(frozen=True, slots=True)
class IntervalExample:
    """First and second of the leaderboard over their common matches.

    `deviation` is the standard deviation of their differences; `factor` is the half width of the interval in
    standard deviations.
    """

    pair: HeadToHead
    comparison: MetricComparison
    deviation: float
    factor: float


@dataclass(frozen=True, slots=True)
class WorkedExamples:
    """Examples by subject; None or empty if the leaderboard has not enough matches.

    `skill` is about the forecaster with the most matches in common with the reference.
    """

    lead: BoardLead | None
    interval: IntervalExample | None
    calibration: CalibrationReport | None
    rules: list[RuleCorrelation]
    skill: tuple[SkillTable, SkillRow] | None


def worked_examples() -> WorkedExamples:
    """Compute all examples. At most twelve queries."""
    board = Board()
    lead = lead_of(board)
    reports = calibration_reads.listed(board, None)[1]
    tables = [table for table in skill_tables(board) if table.rows]
    return WorkedExamples(
        lead,
        _interval(lead, board) if lead else None,
        reports[0] if reports else None,
        rule_switch(board).correlations,
        (tables[0], max(tables[0].rows, key=lambda row: row.matches)) if tables else None,
    )


def _interval(lead: BoardLead, board: Board) -> IntervalExample | None:
    pair = head_to_head(lead.first, lead.second, board)
    comparison = next((each for each in pair.metrics if each.low is not None), None)
    if comparison is None or comparison.high is None or comparison.low is None:
        return None
    factor = float(boundary(comparison.matches))
    return IntervalExample(pair, comparison, (comparison.high - comparison.low) / 2 / factor, factor)
