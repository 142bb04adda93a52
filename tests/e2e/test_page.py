"""The page in Chromium, loaded from the distribution."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser.steps import card, choose_photo, expect_gifs, own_id, photo_id
from tests.chromium import chromium
from tests.emulator.clients import chromium_args
from tests.hostile.file_builders import HEIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request
    from tests.e2e.deployed_stack import DeployedStack

pytestmark = pytest.mark.browser

_TIMEOUT_MS = 60_000


@pytest.fixture(scope="module")
def browser(stack: DeployedStack) -> Iterator[Browser]:
    """Yield a Chromium that resolves host names of AWS to the emulator."""
    with chromium(*chromium_args(stack.emulator)) as running:
        yield running


@pytest.fixture
def hosts() -> set[str]:
    """Return the set of hosts that the page sends requests to."""
    return set()


_CLOSED_EARLY = "WebSocket is closed before the connection is established"
"""Chromium's message if polling has the outcome before a cold function accepts the WebSocket."""


@pytest.fixture
def page(browser: Browser, stack: DeployedStack, hosts: set[str]) -> Iterator[Page]:
    """Yield the start page. Console errors, including policy violations, fail the test."""
    complaints: list[str] = []

    def record_message(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _CLOSED_EARLY not in message.text:
            complaints.append(message.text)

    def record_host(request: Request) -> None:
        if not request.url.startswith(("blob:", "data:")):
            hosts.add(urlsplit(request.url).netloc)

    expect.set_options(timeout=_TIMEOUT_MS)
    context = browser.new_context(base_url=stack.address)
    opened = context.new_page()
    opened.on("console", record_message)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", record_host)
    opened.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
    opened.goto("/")
    yield opened
    context.close()
    assert complaints == []


def test_a_photo_becomes_gifs(page: Page, photo: bytes, stack: DeployedStack, hosts: set[str]) -> None:
    choose_photo(page, photo)
    expect_gifs(page)
    assert hosts == {urlsplit(address).netloc for address in (stack.address, stack.live_address)}
    assert {gif["state"] for gif in stack.status(photo_id(page))["gifs"]} == {"ready"}


def test_a_large_photo_is_posted_directly_to_s3(page: Page, stack: DeployedStack, hosts: set[str]) -> None:
    padding = struct.pack(">I4s", 8_000_000, b"free") + bytes(7_999_992)
    photo = HEIC.read_bytes() + padding  # Chromium cannot resize a HEIC
    choose_photo(page, photo, "IMG_0001.HEIC", "image/heic")
    expect_gifs(page)
    assert f"{stack.photos}.s3.us-east-1.amazonaws.com" in hosts


def test_a_damaged_photo_is_reported_after_its_upload(page: Page) -> None:
    choose_photo(page, b"\xff\xd8\xff" + bytes(6_000_000))
    expect(page.get_by_text("cat.jpg cannot be used.")).to_be_visible()


def test_a_photo_that_is_deleted_is_gone(page: Page, photo: bytes, stack: DeployedStack) -> None:
    choose_photo(page, photo)
    expect_gifs(page)
    stack.client.delete(f"/v1/photos/{own_id(page)}")
    expect(card(page, "blur")).to_have_count(0)
