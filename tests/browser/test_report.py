"""The link to report a GIF, which is shown if the operator has set an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from tests.servers import Server

ADDRESS = "mailto:abuse@example.com?subject=A%20GIF"


@pytest.fixture(scope="module")
def server_with_report_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a report address."""
    with serving(tmp_path_factory.mktemp("data"), environ={"GIFMILL_REPORT_URL": ADDRESS}) as server:
        yield server


@pytest.mark.parametrize(("locale", "words"), [("en-GB", "Report a GIF"), ("de-AT", "GIF melden")])
def test_a_gif_can_be_reported_in_each_language(
    browser: Browser, server_with_report_url: Server, locale: str, words: str
) -> None:
    with visiting(browser, server_with_report_url, locale=locale) as page:
        link = page.get_by_role("contentinfo").get_by_role("link", name=words)
        expect(link).to_have_attribute("href", ADDRESS)
        expect(link).to_have_attribute("rel", "noopener")


def test_without_a_report_address_there_is_no_link(page: Page) -> None:
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)  # the page has loaded
    expect(page.locator("#report")).to_be_hidden()
