"""RQ's worker and rq-scheduler's scheduler, but one sees soon that they died, and they leave nobody behind.

`settings.RQ` names both, so that every `rqworker` and `rqscheduler` is one of these, whoever starts it.
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

LOOK_EVERY = 0.25  # seconds between two looks for what is due: a match waits for one of them
IDLE_BEAT = 15  # seconds that an idle worker waits for a job before it says again that it is there
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


class SingleQueueWorker(Worker):
    """RQ's fork Worker, with four differences.

    It listens to one queue: with several, RQ can lose the job that it holds when it dies (docs/adr/0002).
    Idle, it beats every 15 s instead of every 405, and each beat registers it anew, so that an emptied
    Redis knows it again. And its work-horse dies with it (on Linux): without a parent nobody would
    watch the horse's time limit, and whoever restarts the worker could not stop the horse. And it imports
    what only the jobs of its queue need before it forks.
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
        return IDLE_BEAT

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)  # first: RQ reads the answer to its own command by position
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
            if os.getppid() != self._parent:  # it died before the kernel was told
                os._exit(1)


class SteadyScheduler(DjangoScheduler):
    """rq-scheduler with two differences.

    Its heartbeat also registers it anew: a Redis that was emptied knows it again. And it looks four times
    a second, whatever `--interval` says: that takes whole seconds only.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._interval: float = LOOK_EVERY

    def heartbeat(self) -> None:
        with self.connection.pipeline() as pipe:  # never one without the other: a key that stays would lie
            pipe.hset(self.key, "beat", time.time())
            pipe.expire(self.key, int(self._interval) + 10)
            pipe.execute()
