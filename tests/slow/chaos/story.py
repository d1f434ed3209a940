"""One bad day from the first whistle to the quiet after it, and the account of it."""

import time
from collections import Counter
from collections.abc import Callable

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from content.models import Roundup
from core.pipeline import ledger
from core.pipeline.models import JobRun
from scoring.models import Settlement
from stats.models import ViewRefresh
from tests.slow.chaos import faults, invariants
from tests.slow.chaos.stage import Stage
from tests.slow.chaos.world import World

STILL = 4.0  # seconds without anything to do: several passes of the reconcilers
PATIENCE = 120.0  # seconds until the pipeline must be quiet


def play(stage: Stage, *, seed: int, matches: int, seconds: float) -> int:
    """Let it happen, wait for the quiet, check, and print. 0 only if nothing is wrong."""
    call_command("migrate", verbosity=0)
    world = World(seed=seed, matches=matches, seconds=seconds)
    planned = faults.plan(seed, seconds=seconds)
    stage.start_processes()
    injected = _bad_day(stage, world, planned)
    stage.wake_everybody()
    last_fault_at = time.monotonic()
    retried: Counter[str] = Counter()
    quiet = _wait_for_quiet(stage, lambda: _retry_failed(retried))
    quiet_after = time.monotonic() - last_fault_at - STILL
    wrong = invariants.violations(world.expected) if quiet else []
    if not quiet:
        wrong = [f"not quiet after {PATIENCE:.0f} s", *invariants.violations(world.expected)]
    _account(seed, world, injected, retried, quiet_after, wrong)
    if wrong:
        print(stage.log_tail())
    return 1 if wrong else 0


def _bad_day(stage: Stage, world: World, planned: list[faults.Planned]) -> Counter[str]:
    injected: Counter[str] = Counter()
    began = time.monotonic()
    world.start()
    waiting = list(planned)
    while waiting or not world.is_over():
        stage.restart_failed()
        if waiting and time.monotonic() - began >= waiting[0].at:
            _inject(stage, waiting, injected)
        time.sleep(0.02)
    if world.error:
        raise world.error
    return injected


def _inject(stage: Stage, waiting: list[faults.Planned], injected: Counter[str]) -> None:
    """The next fault of the plan. One that finds nothing to break tries again a moment later."""
    fault = waiting.pop(0)
    if fault.inject(stage):
        injected[fault.name] += 1
    elif again := fault.again():
        waiting.append(again)
        waiting.sort(key=lambda planned: planned.at)


def _wait_for_quiet(stage: Stage, every_second: Callable[[], None]) -> bool:
    """Until nothing has been waiting or running for STILL seconds."""
    deadline, still_since, looked = time.monotonic() + PATIENCE, None, 0.0
    while time.monotonic() < deadline:
        stage.restart_failed()
        time.sleep(0.05)
        if time.monotonic() - looked < 1:
            continue
        looked = time.monotonic()
        if _is_busy(every_second):
            still_since = None
        else:
            still_since = still_since or looked
            if looked - still_since >= STILL:
                return True
    return False


def _is_busy(every_second: Callable[[], None]) -> bool:
    try:
        every_second()
        return ledger.is_busy()
    except DatabaseError:
        connection.close()
        return True


def _retry_failed(retried: Counter[str]) -> None:
    """The operator: three kills in a row over one job end it as failed, and somebody presses «retry»."""
    for run in JobRun.objects.filter(state=JobRun.State.FAILED):
        done_since = JobRun.objects.filter(kind=run.kind, key=run.key, pk__gt=run.pk).exclude(
            state=JobRun.State.FAILED
        )
        if not done_since.exists():
            ledger.retry(run, now=timezone.now())
            retried[run.kind] += 1


def _account(
    seed: int,
    world: World,
    injected: Counter[str],
    retried: Counter[str],
    quiet_after: float,
    wrong: list[str],
) -> None:
    print(f"\nchaos, seed {seed}: {len(world.matches)} matches")
    _table("the world", world.counts)
    _table("faults injected", {**injected, "in all": sum(injected.values())})
    _table("the pipeline", _work_done() | {"failed jobs retried by the operator": sum(retried.values())})
    print(f"  quiet {quiet_after:.1f} s after the last fault")
    print(f"  {len(invariants.CHECKS)} checks: {'all hold' if not wrong else f'{len(wrong)} VIOLATIONS'}")
    for line in wrong[:40]:
        print(f"    {line}")


def _work_done() -> dict[str, int]:
    runs = JobRun.objects
    return {
        "jobs": runs.count(),
        "attempts": sum(runs.values_list("attempt", flat=True)),
        "attempts that failed": sum(
            text.count(", failed at ") for text in runs.values_list("traceback", flat=True)
        ),
        "settlements": Settlement.objects.count(),
        "view refreshes": ViewRefresh.objects.filter(view="stats_standings").count(),
        "roundup versions": Roundup.objects.count(),
    }


def _table(title: str, rows: dict[str, int]) -> None:
    print(f"  {title}")
    for name, number in rows.items():
        print(f"    {number:>5}  {name}")
