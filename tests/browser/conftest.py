"""Fixtures: a real Chromium and a real server. Any error in the console fails the test."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect
from tests.browser.dialog_steps import open_dialog
from tests.browser.states import Sample
from tests.browser.steps import device_photos
from tests.card_files import PREVIEW_OPTIONS
from tests.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request
    from tests.servers import Server

expect.set_options(timeout=200_000)  # so that no test fails on a slow machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="module")  # Playwright's event loop must not outlive the module
def browser() -> Iterator[Browser]:
    quiet = ("--disable-background-networking", "--disable-component-update")
    # Dozens of animated GIFs keep a processor busy; the page's own tests never look at their motion. With
    # still GIFs and without a GPU process the tests take half the processor time.
    cheap = ("--blink-settings=imageAnimationPolicy=2", "--in-process-gpu")
    with chromium(*quiet, *cheap) as running:
        yield running


_IGNORED = (
    "Failed to load resource",  # Chromium logs it for each response of status 400 and above
    "Service Worker registration blocked by Playwright",
)


@contextmanager
def visiting(browser: Browser, server: Server, **options: Any) -> Iterator[Page]:
    """Open the start page, 1440 px wide. Errors, CSP violations and requests to other hosts fail the test.

    Args:
        browser, server: the browser, and the server of the page.
        options: options of Playwright's context, such as `locale`.
    """
    errors: list[str] = []

    def check_message(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_IGNORED):
            errors.append(message.text)

    def check_request(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(server.address).netloc:
            errors.append(f"request to {request.url}")

    # A service worker's requests would bypass a test's routes.
    options = {"viewport": {"width": 1440, "height": 900}, "service_workers": "block", **options}
    context = browser.new_context(base_url=server.address, **options)
    opened = context.new_page()
    opened.on("console", check_message)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("request", check_request)
    opened.goto("/")
    try:
        yield opened
    finally:
        photo_ids: list[str] = []
        with suppress(Error):  # it may have crashed, or show no page of the server
            photo_ids = [photo["id"] for photo in device_photos(opened)]
        context.close()
        for photo_id in photo_ids:
            if photo_id not in _SHARED_PHOTO_IDS:  # its pending GIFs would slow down the next test
                server.client.delete(f"/v1/photos/{photo_id}")
    assert errors == []


_FORBID_STORAGE = """
for (const name of ["getItem", "setItem", "removeItem"]) {
    Storage.prototype[name] = () => { throw new DOMException("forbidden", "SecurityError"); };
}
"""

_SHARED_PHOTO_IDS: set[str] = set()
"""Ids of photos that several tests use."""


@pytest.fixture(scope="session")
def finished_id(server: Server, photo: bytes) -> str:
    """The id of a photo whose GIFs are all ready. Tests must not change or delete it."""
    document = server.finished(server.order(photo, effects="all", **PREVIEW_OPTIONS)["id"])
    _SHARED_PHOTO_IDS.add(document["id"])
    return str(document["id"])


@pytest.fixture
def sample(photo: bytes, finished_id: str) -> Sample:
    return Sample(photo, finished_id)


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page for an English visitor."""
    with visiting(browser, server) as opened:
        yield opened


@pytest.fixture
def page_without_storage(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page in a browser that forbids local storage."""
    with visiting(browser, server) as opened:
        opened.add_init_script(_FORBID_STORAGE)
        opened.reload()
        yield opened


@pytest.fixture
def dialog(page: Page, photo: bytes) -> Locator:
    """The open dialog with the GIF glitch of a small photo."""
    return open_dialog(page, photo)
