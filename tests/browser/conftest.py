"""A real Chromium before a real server, and a page whose every complaint fails the test."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request
    from tests.servers import Server

expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="module")  # Playwright's loop runs as long as it lives: no other module may meet it
def browser() -> Iterator[Browser]:
    with chromium("--disable-background-networking", "--disable-component-update") as running:
        yield running


_NOT_OURS = (
    "Failed to load resource",  # Chromium's own line for each answer of status 400 and above
    "Service Worker registration blocked by Playwright",
)


@contextmanager
def visiting(browser: Browser, server: Server, **wishes: Any) -> Iterator[Page]:
    """The start page, 1440 px wide. Errors, CSP violations and requests to other hosts fail the test.

    Args:
        browser, server: who visits whom.
        wishes: of the visitor, as Playwright names them: `locale`, `service_workers` ...
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_NOT_OURS):
            complaints.append(message.text)

    def see(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(server.address).netloc:
            complaints.append(f"request to {request.url}")

    # A service worker's requests pass by what a test puts in between.
    wishes = {"viewport": {"width": 1440, "height": 900}, "service_workers": "block", **wishes}
    context = browser.new_context(base_url=server.address, **wishes)
    opened = context.new_page()
    opened.on("console", hear)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", see)
    opened.goto("/")
    try:
        yield opened
    finally:
        context.close()
    assert complaints == []


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page, before an English visitor."""
    with visiting(browser, server) as opened:
        yield opened
