"""Servers of its own for each process of `pytest -n`. A plugin: settings are read before a conftest.py.

Not only databases of their own: what is kept of public answers lasts until the PostgreSQL server ends another
transaction, whichever database it is in.
"""

import os
from contextlib import ExitStack

_running = ExitStack()


def start() -> None:
    """Let this process's settings find servers that nobody else uses."""
    from tools.servers import embedded

    for name in embedded.VARIABLES.values():
        os.environ.pop(name, None)
    os.environ.update(_running.enter_context(embedded.for_tests()))


def pytest_unconfigure() -> None:
    _running.close()


# The first process has those of `./run test`.
if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
    start()
