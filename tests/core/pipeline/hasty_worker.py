"""The web process's worker, with less time for a request to arrive."""

from core.http.web_worker import WebWorker


class HastyWorker(WebWorker):
    request_timeout = 1.0
