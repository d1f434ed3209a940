"""Subclasses of RQ's worker and rq-scheduler's scheduler that make dead processes visible early.

`settings.RQ` makes the commands `rqworker` and `rqscheduler` use them.
"""

import ctypes
import os
import signal
import sys
import time
from typing import Any

from django_rq.queues import DjangoScheduler
from rq import worker_registration
from rq.job import Job
from rq.queue import Queue
from rq.worker import Worker

from core.pipeline import registry

POLL_INTERVAL = 0.25  # seconds between two polls for due jobs: delayed jobs wait for the next poll
IDLE_HEARTBEAT = 15  # seconds between heartbeats of an idle worker
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


class SingleQueueWorker(Worker):
    """RQ's fork Worker, with four differences.

    It serves one queue: with several queues, RQ can lose the job it holds when the worker dies
    (docs/adr/0002).

    When idle, it sends a heartbeat every 15 s instead of every 405 s. Each heartbeat registers the worker
    again, so that RQ lists it even after Redis was emptied.

    On Linux, its work-horse (the child process that runs a job) is killed when the worker dies. Otherwise
    nothing would enforce the work-horse's time limit or stop it on a restart.

    Before it forks, it imports the modules that only the jobs of its queue need.
    """

    def work(self, *args: Any, **kwargs: Any) -> bool:
        registry.import_for(self.queue_names())
        return super().work(*args, **kwargs)

    def validate_queues(self) -> None:
        super().validate_queues()  # type: ignore[no-untyped-call]
        if len(self.queues) > 1:
            names = ", ".join(self.queue_names())
            raise ValueError(f"One worker serves one queue, not {names}: start one process for each.")

    @property
    def dequeue_timeout(self) -> int:
        return IDLE_HEARTBEAT

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)  # first: RQ reads the result of its own command by position
        redis: Any = self.connection if pipeline is None else pipeline
        if self.birth_date is not None:
            redis.hset(self.key, mapping=self.serialize())
            worker_registration.register(self, redis)

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        self._parent = os.getpid()
        super().fork_work_horse(job, queue)

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != self._parent:  # the parent died before prctl took effect
                os._exit(1)


class SteadyScheduler(DjangoScheduler):
    """rq-scheduler with two differences.

    Each heartbeat registers the scheduler again, so that it is listed even after Redis was emptied. It polls
    four times a second, regardless of `--interval`, which takes whole seconds only.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._interval: float = POLL_INTERVAL

    def heartbeat(self) -> None:
        with self.connection.pipeline() as pipe:  # both together: a key without expiry would stay for ever
            pipe.hset(self.key, "beat", time.time())
            pipe.expire(self.key, int(self._interval) + 10)
            pipe.execute()
