"""Chromium for tests: found, opened and closed again, whatever happens in between."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Safe in containers: no user namespaces, a small /dev/shm.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def require_chromium() -> None:
    """Skip without chromium, saying how to get it; fail instead where REQUIRE_BROWSER=1 (CI)."""
    if os.path.exists(CHROMIUM):
        return
    hint = f"no chromium at {CHROMIUM}: `apt install chromium`, or set CHROMIUM=/path/to/it"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(hint)
    pytest.skip(hint)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. Playwright's loop makes Django think that we are asynchronous; only while it is open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            try:
                yield browser
            finally:
                browser.close()


def left(request: Request) -> bool:
    """Whether the page was left before its icon had come: nobody waits for icons."""
    return request.failure == "net::ERR_ABORTED" and "/favicon." in request.url


def watch(page: Page) -> list[str]:
    """Everything that goes wrong on the page from now on: console errors, failed requests, other hosts."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "requestfailed", lambda request: None if left(request) else faults.append(f"failed: {request.url}")
    )
    page.on(
        "request", lambda request: faults.append(request.url) if "//localhost" not in request.url else None
    )
    page.on("response", lambda response: faults.append(response.url) if response.status >= 400 else None)
    return faults
