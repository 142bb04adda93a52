"""The steps of the page's benchmark: their selectors must follow the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.page_scripts import SEEN_CARDS
from bench.page_timing import Conditions, visit
from bench.page_visitor import DESKTOP, PHONE, visiting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser
    from tests.servers import Server


@pytest.fixture
def photo_file(photo: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo)
    return path


def test_a_measured_visitor_sees_the_gifs_of_the_first_cards(
    browser: Browser, server: Server, photo_file: Path
) -> None:
    found = visit(browser, server, Conditions(PHONE), photo_file)
    assert len(found.painted_s) == SEEN_CARDS
    assert 0 < found.sent_s < found.taken_s < found.until_s(SEEN_CARDS)
    assert 0 < found.gif_bytes < found.received_bytes - found.first_load_bytes


def test_a_measured_visitor_opens_a_gif_of_all_cards_on_the_screen(
    browser: Browser, server: Server, photo_file: Path
) -> None:
    with visiting(browser, server, DESKTOP) as visitor:
        visitor.open()
        visitor.choose(photo_file)
        visitor.scroll_through_gifs()
        visitor.fit_window_to_cards()
        visitor.await_gifs_on_screen()
        visitor.open_gif()
        visitor.choose(photo_file)  # the next photo has a clock of its own
        visitor.await_gifs_on_screen()
