"""What differs between two settlements of one match: another result, or another judgement of the same."""

from dataclasses import dataclass

from content.text.results import result_in_words
from matches.models import Competition, ResultRevision
from matches.result import Result
from matches.statuses import VOID, Status
from scoring.models import Settlement

BASIS = Competition.ScoreBasis


@dataclass(frozen=True, slots=True)
class SettlementDiff:
    """A settlement beside an earlier one of its match, with the results that they judged."""

    former: Settlement
    now: Settlement
    former_result: ResultRevision
    result: ResultRevision

    @property
    def is_correction(self) -> bool:
        """The result is another one: its status, its score, or only extra time or the shootout."""
        return Result.of(self.former_result) != Result.of(self.result)

    @property
    def is_voided(self) -> bool:
        return self.result.status in VOID and self.former_result.status == Status.FINISHED

    @property
    def counts_after_all(self) -> bool:
        return self.result.status == Status.FINISHED and self.former_result.status in VOID

    @property
    def added_predictions(self) -> int:
        """How many more predictions the later settlement counts, e.g. after an import."""
        return max(0, self.now.predictions - self.former.predictions)

    @property
    def results(self) -> tuple[str, str]:
        """The former and the new result in words, with extra time and shootout: "1-1 (2-1 aet)"."""
        return result_in_words(self.former_result), result_in_words(self.result)

    @property
    def basis(self) -> str:
        """Which score of the same result counts instead: "after extra time: 2-1 instead of 1-1", or ""."""
        before, after = self.former.judged_score, self.now.judged_score
        if self.is_correction or before is None or after is None or before == after:
            return ""
        extra_time = (self.result.home_score_aet, self.result.away_score_aet)
        basis = BASIS.AFTER_EXTRA_TIME if after == extra_time else BASIS.FULL_TIME
        return f"{basis.label}: {after[0]}-{after[1]} instead of {before[0]}-{before[1]}"


def between(former: Settlement, now: Settlement) -> SettlementDiff:
    """Of two settlements of one match. The results are read, and never change once they are recorded."""
    revisions = {row.version: row for row in ResultRevision.objects.filter(match=now.match_id)}
    return SettlementDiff(former, now, revisions[former.result_version], revisions[now.result_version])
