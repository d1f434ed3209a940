"""Admin actions that queue pipeline jobs again: score matches, refresh the views, rewrite roundups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from content.models import Roundup
from content.roundups.jobs import request_rewrite
from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from matches.models import Match, Prediction
from matches.statuses import SETTLED
from scoring.jobs import request_scoring
from scoring.models import Settlement
from stats.jobs import NOW, request_refresh


def is_settled(match: Match) -> bool:
    """Return True if the match can be scored again: it has ended, or it has a current settlement.

    If a match has not ended but has a current settlement, its end was recorded by mistake. The scoring job
    then supersedes the settlement.
    """
    return (
        match.status in SETTLED or Settlement.objects.filter(match=match, superseded_at__isnull=True).exists()
    )


class Rescore(ConfirmedAction):
    name, label = "rescore", "Rescore"

    def effects(self, rows: Sequence[Match]) -> list[str]:
        ended = [match for match in rows if match.status in SETTLED]
        predictions = Prediction.objects.current().filter(match__in=ended).count()
        return [
            f"Scoring jobs: {len(ended)}, for the matches that have ended; predictions: {predictions}.",
            "The job is skipped for a match whose newest result and predictions are all scored already.",
            "If something changed, the match is scored again; leaderboards and roundup are updated.",
        ]

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        settled = [match for match in rows if is_settled(match)]
        if not settled:
            raise ActionRefused("None of these matches has ended: there is nothing to score.")
        request_scoring(settled, now=at)
        return Outcome(settled, f"Matches queued for scoring: {len(settled)}.")

    def offered_for(self, row: Match) -> bool:
        return is_settled(row)


class RefreshViews(ConfirmedAction):
    name, label, on_selection = "refresh", "Refresh views", False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        return [
            "All settlements that are not counted yet are counted, then all views are refreshed.",
            "If a refresh is queued already, no second one is added.",
        ]

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (run_id,) = request_refresh(now=at, delay=NOW)
        return Outcome(rows, f"A refresh is queued as job #{run_id}.")


class RewriteRoundup(ConfirmedAction):
    name, label = "rewrite", "Rewrite roundup"

    def effects(self, rows: Sequence[Match]) -> list[str]:
        published = Roundup.objects.filter(match__in=rows, status=Roundup.Status.PUBLISHED).count()
        return [
            f"Roundups queued to be written: {len(rows)}; published ones that become history: {published}.",
            "The text is generated from the facts in the database at that time; it is never edited by hand.",
        ]

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        ended = [match for match in rows if match.status in SETTLED]
        if not ended:
            raise ActionRefused("None of these matches has ended: there is nothing to write about.")
        request_rewrite([match.pk for match in ended], now=at)
        return Outcome(ended, f"Roundups queued: {len(ended)}.")

    def offered_for(self, row: Match) -> bool:
        return row.status in SETTLED
