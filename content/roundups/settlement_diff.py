"""Difference between two settlements of one match: another result, or other scoring of the same result."""

from dataclasses import dataclass

from content.text.results import result_in_words
from matches.models import Competition, ResultRevision
from matches.result import Result
from matches.statuses import VOID, Status
from scoring.models import Settlement

BASIS = Competition.ScoreBasis


@dataclass(frozen=True, slots=True)
class SettlementDiff:
    """Settlement and an earlier one of the same match, with the results that they are based on."""

    former: Settlement
    now: Settlement
    former_result: ResultRevision
    result: ResultRevision

    @property
    def is_correction(self) -> bool:
        """Return True if the results differ in status, score, extra time or shootout."""
        return Result.of(self.former_result) != Result.of(self.result)

    @property
    def is_voided(self) -> bool:
        return self.result.status in VOID and self.former_result.status == Status.FINISHED

    @property
    def counts_after_all(self) -> bool:
        return self.result.status == Status.FINISHED and self.former_result.status in VOID

    @property
    def added_predictions(self) -> int:
        """Number of predictions that the later settlement includes in addition, e.g. after an import."""
        return max(0, self.now.predictions - self.former.predictions)

    @property
    def results(self) -> tuple[str, str]:
        """Former and new result as text with extra time and shootout, e.g. "1-1 (2-1 aet)"."""
        return result_in_words(self.former_result), result_in_words(self.result)

    @property
    def basis(self) -> str:
        """Change of the score that counts, e.g. "after extra time: 2-1 instead of 1-1", or ""."""
        before, after = self.former.used_score, self.now.used_score
        if self.is_correction or before is None or after is None or before == after:
            return ""
        extra_time = (self.result.home_score_aet, self.result.away_score_aet)
        basis = BASIS.AFTER_EXTRA_TIME if after == extra_time else BASIS.FULL_TIME
        return f"{basis.label}: {after[0]}-{after[1]} instead of {before[0]}-{before[1]}"


def between(former: Settlement, now: Settlement) -> SettlementDiff:
    """Compare two settlements of one match. Fetches their results."""
    revisions = {row.version: row for row in ResultRevision.objects.filter(match=now.match_id)}
    return SettlementDiff(former, now, revisions[former.result_version], revisions[now.result_version])
