"""Uploads over a slow or lost network, and their cancellation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.steps import PHOTOS_URL, choose_photo, expect_accepted, expect_gifs, load_gifs_view
from tests.hostile.file_builders import HEIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import CDPSession, Page


@pytest.fixture
def connection(page: Page) -> Iterator[Connection]:
    """The page's network connection, which a test can slow down, cut and restore."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    yield Connection(devtools)
    devtools.detach()


class Connection:
    """Chromium's emulation of network conditions."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools

    def slow_down(self) -> None:
        """Limit the upload rate: a small photo takes minutes."""
        self._set(offline=False, upload_bytes_a_second=100)

    def cut(self) -> None:
        self._set(offline=True)

    def restore(self) -> None:
        self._set(offline=False)

    def _set(self, *, offline: bool, upload_bytes_a_second: int = -1) -> None:
        conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": upload_bytes_a_second}
        self._devtools.send("Network.emulateNetworkConditions", {"offline": offline, **conditions})


def test_an_upload_survives_a_lost_network(page: Page, photo: bytes, connection: Connection) -> None:
    connection.slow_down()
    with page.expect_request(PHOTOS_URL):
        choose_photo(page, photo)
    expect(page.locator("#progress-text")).to_have_text("Uploading your photo")
    connection.cut()
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    connection.restore()
    expect_accepted(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_photo_chosen_offline_is_uploaded_later(page: Page, photo: bytes, connection: Connection) -> None:
    load_gifs_view(page)
    connection.cut()
    choose_photo(page, photo)
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    connection.restore()
    expect_accepted(page)


def test_a_photo_chosen_before_the_page_has_its_modules_is_uploaded_later(
    page: Page, photo: bytes, connection: Connection
) -> None:
    connection.cut()
    choose_photo(page, photo)
    expect(page.get_by_role("alert")).to_contain_text("You are offline.")
    connection.restore()
    expect_accepted(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_rendering_survives_a_lost_network(page: Page, large_photo: bytes, connection: Connection) -> None:
    choose_photo(page, large_photo)
    expect(page.locator('.card[data-state="ready"]').first).to_be_visible()
    connection.cut()
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    connection.restore()
    expect_gifs(page)


def test_upload_progress_is_shown_for_a_photo_the_browser_cannot_decode(
    page: Page, connection: Connection
) -> None:
    connection.slow_down()
    large = HEIC.read_bytes() + bytes(60_000)  # ten minutes at this rate
    choose_photo(page, large, "cat.heic", "image/heic")
    expect(page.locator("#photo-size")).to_have_text(re.compile(r"^\d+% uploaded$"))


def test_an_upload_can_be_cancelled(page: Page, photo: bytes, connection: Connection) -> None:
    connection.slow_down()
    with page.expect_request(PHOTOS_URL):
        choose_photo(page, photo)
    with page.expect_event("requestfailed", lambda request: "/v1/photos" in request.url):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_upload_can_be_cancelled_offline(page: Page, photo: bytes, connection: Connection) -> None:
    load_gifs_view(page)
    connection.cut()
    choose_photo(page, photo)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    connection.restore()
    choose_photo(page, photo, "another.jpg")
    expect_accepted(page)
    assert len([url for url in posted if PHOTOS_URL.search(url)]) == 1


def test_cancelling_an_upload_restores_the_previous_gifs(
    page: Page, photo: bytes, connection: Connection
) -> None:
    choose_photo(page, photo, "first.jpg")
    expect_gifs(page)
    connection.slow_down()
    with page.expect_request(PHOTOS_URL):
        choose_photo(page, photo, "second.jpg")
    page.get_by_role("button", name="Cancel").click()
    connection.restore()
    expect(page.locator("#photo-name")).to_contain_text("first.jpg")
    expect_gifs(page)
