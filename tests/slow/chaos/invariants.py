"""What must be true when the dust has settled. Each check returns what it found wrong, in words."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from content.models import Roundup
from content.roundups.facts import gather
from core.pipeline import ledger
from core.pipeline.models import JobRun
from matches.models import Match, Prediction, ResultRevision
from matches.result import Result
from matches.statuses import SETTLED
from scoring import rules
from scoring.models import Score, Settlement
from stats.models import LeaderboardRow, Scope, StandingsRow, ViewRefresh
from stats.refresh import league_tables, matviews
from stats.tallies import rebuild

Check = Callable[[dict[int, Result]], Iterator[str]]
CHECKS: list[Check] = []
COLUMNS = [field.attname for field in StandingsRow._meta.concrete_fields if not field.primary_key]


def check(function: Check) -> Check:
    CHECKS.append(function)
    return function


def violations(expected: dict[int, Result]) -> list[str]:
    return [f"{each.__name__}: {wrong}" for each in CHECKS for wrong in each(expected)]


def _current() -> dict[int, list[Settlement]]:
    found: dict[int, list[Settlement]] = defaultdict(list)
    for settlement in Settlement.objects.filter(superseded_at__isnull=True):
        found[settlement.match_id].append(settlement)
    return found


@check
def every_result_is_the_last_one_said(expected: dict[int, Result]) -> Iterator[str]:
    for match in Match.objects.filter(pk__in=expected):
        if Result.of(match) != expected[match.pk]:
            yield f"match {match.pk} is {Result.of(match)}, said was {expected[match.pk]}"
        newest = ResultRevision.objects.filter(match=match).aggregate(newest=Max("version"))["newest"]
        if match.result_version != newest:
            yield f"match {match.pk} has version {match.result_version}, its history {newest}"


@check
def every_ended_match_has_exactly_one_current_settlement_of_its_newest_version(
    expected: dict[int, Result],
) -> Iterator[str]:
    current = _current()
    for match in Match.objects.filter(pk__in=expected):
        versions = [settlement.result_version for settlement in current[match.pk]]
        wanted = [match.result_version] if match.status in SETTLED else []
        if versions != wanted:
            yield f"match {match.pk} ({match.status}) has settlements of versions {versions}, not {wanted}"


@check
def every_locked_prediction_has_one_score_and_it_is_right(expected: dict[int, Result]) -> Iterator[str]:
    """Counted anew in Python by the pure rules."""
    scores = {score.prediction_id: score for score in Score.objects.select_related("settlement")}
    fields: dict[int, list[Prediction]] = defaultdict(list)
    for prediction in Prediction.objects.current().filter(match__in=expected):
        fields[prediction.match_id].append(prediction)
    for match in Match.objects.filter(pk__in=expected):
        picks = fields[match.pk]
        if match.status != "finished":
            if extra := [pick.pk for pick in picks if pick.pk in scores]:
                yield f"match {match.pk} is {match.status}, and yet {extra} have scores"
            continue
        yield from _wrong_scores(match, picks, scores)
    if strays := scores.keys() - {pick.pk for picks in fields.values() for pick in picks}:
        yield f"scores of predictions that do not count: {sorted(strays)}"


def _wrong_scores(match: Match, picks: list[Prediction], scores: dict[int, Score]) -> Iterator[str]:
    result = (match.home_score or 0, match.away_score or 0)
    by_tendency = Counter(rules.tendency(pick.home_goals or 0, pick.away_goals or 0) for pick in picks)
    worth = rules.quotas(by_tendency["home"], by_tendency["draw"], by_tendency["away"])
    for pick in picks:
        score = scores.get(pick.pk)
        due = rules.points((pick.home_goals or 0, pick.away_goals or 0), result, worth).total
        if score is None:
            yield f"prediction {pick.pk} of match {match.pk} has no score"
        elif score.settlement.superseded_at is not None or score.points != due:
            yield f"prediction {pick.pk} of match {match.pk} has {score.points} points, {due} are due"


@check
def settlements_are_numbered_without_a_gap_and_counted_once(expected: dict[int, Result]) -> Iterator[str]:
    for row in Settlement.objects.values("match").annotate(n=Count("pk"), last=Max("number")):
        if row["n"] != row["last"]:
            yield f"match {row['match']} has {row['n']} settlements, the last has number {row['last']}"
    for settlement in Settlement.objects.filter(
        Q(superseded_at__isnull=True, folded_at__isnull=True)
        | Q(superseded_at__isnull=False, folded_at__isnull=False, unfolded_at__isnull=True)
    ):
        yield f"{settlement!r} {settlement.pk} waits to be folded or unfolded"


@check
def tallies_equal_a_recount_from_scratch(expected: dict[int, Result]) -> Iterator[str]:
    yield from map(str, rebuild.differences(at=timezone.now()))


@check
def the_overall_board_equals_a_sum_over_the_scores(expected: dict[int, Result]) -> Iterator[str]:
    """Counted in Python, without the tallies."""
    points: Counter[int] = Counter()
    matches: Counter[int] = Counter()
    for who, number in Score.objects.values_list("prediction__forecaster", "points"):
        points[who] += number or 0
        matches[who] += 1
    rows = LeaderboardRow.objects.filter(scope=Scope.OVERALL, provenance="all")
    shown = {row.forecaster_id: (row.points, row.matches) for row in rows}
    counted = {who: (points[who], matches[who]) for who in matches}
    if shown != counted:
        yield f"the board shows {shown}, the scores say {counted}"


@check
def views_equal_their_definition(expected: dict[int, Result]) -> Iterator[str]:
    """Each materialised view against its own query, run now."""
    with connection.cursor() as cursor:
        for view in matviews.LEADERBOARD:
            cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [view])
            now = f"(SELECT * FROM ({cursor.fetchone()[0].rstrip().rstrip(';')}) AS now)"
            cursor.execute(
                f"SELECT count(*) FROM"
                f" ((TABLE {view} EXCEPT {now}) UNION ALL ({now} EXCEPT TABLE {view})) AS different"
            )
            if different := cursor.fetchone()[0]:
                yield f"{view} differs from its query in {different} rows"


@check
def league_tables_equal_tables_computed_from_scratch(expected: dict[int, Result]) -> Iterator[str]:
    with transaction.atomic():
        shown = Counter(StandingsRow.objects.values_list(*COLUMNS))
        league_tables.compute(whole=True)
        computed = Counter(StandingsRow.objects.values_list(*COLUMNS))
        transaction.set_rollback(True)
    for row in (shown - computed) + (computed - shown):
        yield f"the league tables differ from tables computed from scratch in {row}"


@check
def every_ended_match_has_exactly_one_roundup_of_its_newest_version(
    expected: dict[int, Result],
) -> Iterator[str]:
    published: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for roundup in Roundup.objects.filter(status=Roundup.Status.PUBLISHED):
        published[roundup.match_id].append((roundup.result_version, roundup.settlement_id))
    current = _current()
    for match in Match.objects.filter(pk__in=expected):
        wanted = [(match.result_version, row.pk) for row in current[match.pk]]
        if published[match.pk] != wanted:
            yield f"match {match.pk} ({match.status}) has roundups {published[match.pk]}, not {wanted}"


@check
def no_roundup_was_written_before_its_refresh(expected: dict[int, Result]) -> Iterator[str]:
    refreshes = list(
        ViewRefresh.objects.filter(view=matviews.VERSIONED).values_list("started_at", "finished_at")
    )
    folded = dict(Settlement.objects.values_list("pk", "folded_at"))
    for roundup in Roundup.objects.defer("body", "body_html", "facts"):
        counted_at = folded[roundup.settlement_id]
        if counted_at is None or not any(
            counted_at <= began and ended <= roundup.written_at for began, ended in refreshes
        ):
            yield f"roundup {roundup.pk} was written at {roundup.written_at}, counted at {counted_at}"


@check
def every_published_roundup_tells_what_is_true_now(expected: dict[int, Result]) -> Iterator[str]:
    """Its facts, gathered again: also those about other matches, which changed while it was written."""
    for roundup in Roundup.objects.filter(status=Roundup.Status.PUBLISHED).order_by("match__kickoff_at"):
        now = json.loads(json.dumps(gather(roundup.match_id), default=str))
        told = json.loads(json.dumps(roundup.facts, default=str))
        if different := sorted(key for key in now if now[key] != told.get(key)):
            yield f"roundup {roundup.pk} of match {roundup.match_id} is out of date about {different}"


@check
def no_job_is_left_queued_or_running(expected: dict[int, Result]) -> Iterator[str]:
    for run in ledger.open_runs():
        yield f"{run} is {run.state}, due at {run.due_at}, lease until {run.lease_until}"


@check
def every_failed_attempt_is_in_the_ledger(expected: dict[int, Result]) -> Iterator[str]:
    """All attempts have left their report but the one that ended well, and those that were postponed.

    Postponing allows one attempt more, and the operator's retry three more after three that failed.
    """
    at_work = JobRun.State.RUNNING  # a background job, whose attempt is not over
    for run in JobRun.objects.filter(attempt__gt=0).exclude(state=at_work):
        reports = run.traceback.count("\nAttempt ") + run.traceback.startswith("Attempt ")
        superseded = (
            run.state == JobRun.State.SKIPPED and "A newer run of the same job is queued" in run.error
        )
        ended_well = run.state in (JobRun.State.DONE, JobRun.State.SKIPPED) and not superseded
        rounds = reports // ledger.ATTEMPTS + (run.state != JobRun.State.FAILED)
        postponed = run.max_attempts - ledger.ATTEMPTS * rounds
        if reports != run.attempt - ended_well - postponed:
            yield f"{run} ({run.state}) made {run.attempt} attempts and reports {reports} failures"


@check
def no_run_failed_for_good(expected: dict[int, Result]) -> Iterator[str]:
    for run in JobRun.objects.filter(state=JobRun.State.FAILED, attempt__gte=F("max_attempts")):
        newer = JobRun.objects.filter(kind=run.kind, key=run.key, pk__gt=run.pk, state=JobRun.State.DONE)
        if not newer.exists():
            yield f"{run} failed and nobody did its work: {run.error}"
