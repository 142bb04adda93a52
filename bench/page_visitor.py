"""A visitor of the page in a real Chromium, with the steps that benchmarks measure."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.page_scripts import (
    AWAIT_GIFS_ON_SCREEN,
    CARD,
    CARD_BUTTON,
    CLOCK,
    CLOCK_TIMES,
    FILE_INPUT,
    OPEN_DIALOG_IMAGE,
    SCROLL_THROUGH_GIFS,
    SEEN_CARDS,
    TIMEOUT_MS,
    UPLOAD_PATH,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page
    from tests.servers import Server


PICKING_S = 1
"""A quick visitor's time between the press of the button and the choice in the file picker."""

_POLL_S = 0.1


class Screen(NamedTuple):
    """A visitor's screen, in CSS pixels.

    Attributes:
        width_px, height_px: its size.
        scale: its pixels per CSS pixel.
        is_touch: whether it is a phone's.
    """

    width_px: int
    height_px: int
    scale: float = 1
    is_touch: bool = False

    def options(self) -> dict[str, Any]:
        """Return the options of Playwright's context."""
        return {
            "viewport": {"width": self.width_px, "height": self.height_px},
            "device_scale_factor": self.scale,
            "is_mobile": self.is_touch,
            "has_touch": self.is_touch,
        }


PHONE = Screen(390, 844, 3, is_touch=True)
DESKTOP = Screen(1440, 900)


class Visitor:
    """A visitor with an empty cache, on the start page.

    Attributes:
        page: the page.
        cdp: a session of Chromium's protocol for it.
    """

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self._server = server
        self.page: Page = context.new_page()
        self.cdp: CDPSession = context.new_cdp_session(self.page)
        self.page.set_default_timeout(TIMEOUT_MS)
        self.page.add_init_script(CLOCK)

    def open(self) -> None:
        """Open the start page, and wait until it has loaded what it loads by itself."""
        self.page.goto(self._server.address, wait_until="networkidle")

    def choose(self, photo: Path) -> int:
        """Choose a photo; return the size of the upload in bytes once the server has accepted it.

        The page loads its further modules when the visitor presses the button, while the file picker is open.
        """
        self.page.dispatch_event(FILE_INPUT, "pointerdown")
        self.page.wait_for_timeout(1000 * PICKING_S)
        with self.page.expect_response(lambda response: UPLOAD_PATH in response.url) as answer:
            self.page.set_input_files(FILE_INPUT, photo)
        return int(answer.value.request.all_headers()["content-length"])

    def await_gifs_on_screen(self) -> None:
        """Wait until the cards on the screen show GIFs."""
        self.page.evaluate(AWAIT_GIFS_ON_SCREEN)

    def scroll_through_gifs(self) -> None:
        """Scroll through the first cards: on by three quarters of a screen whenever all on it show GIFs."""
        self.page.evaluate(SCROLL_THROUGH_GIFS)  # Playwright's own way to wait needs unsafe-eval

    def times(self) -> Mapping[str, Any]:
        """Return when the file was chosen and sent, and when the first cards' GIFs were painted, in ms."""
        times: Mapping[str, Any] = self.page.evaluate(CLOCK_TIMES)
        return times

    def fit_window_to_cards(self) -> None:
        """Make the window as high as needed to show the first cards at once, and scroll to its top."""
        self.page.evaluate("() => scrollTo(0, 0)")
        card = self.page.locator(CARD).nth(SEEN_CARDS - 1)
        box = card.bounding_box()
        assert box is not None
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": size["width"], "height": round(box["y"] + box["height"])})

    def scroll_to_cards(self) -> None:
        """Scroll so that the first card is at the top of the screen."""
        self.page.locator(CARD).first.evaluate("(card) => card.scrollIntoView({ block: 'start' })")

    def open_gif(self) -> None:
        """Open the GIF of the first card, and wait until the dialog shows it."""
        self.page.locator(CARD).first.locator(CARD_BUTTON).click()
        self.page.locator(OPEN_DIALOG_IMAGE).wait_for()


@contextmanager
def visiting(browser: Browser, server: Server, screen: Screen) -> Iterator[Visitor]:
    """Start a visit, and end it after the block, with all that it ordered, which would slow down the next."""
    context = browser.new_context(**screen.options(), service_workers="block")
    try:
        yield Visitor(context, server)
    finally:
        context.close()
    while not re.search(r"^gifmill_queue 0", server.client.get("/metrics").text, re.MULTILINE):
        time.sleep(_POLL_S)
