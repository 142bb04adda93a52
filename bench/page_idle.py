"""Idle load: the processor time of all of Chromium's processes while nobody touches the page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.page_visitor import DESKTOP, PHONE, Screen, Visitor, visiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser
    from tests.servers import Server

REST_S = 10
SETTLE_S = 6
"""Pause before the measurement: the start page's wheel turns for 3.6 s."""


def _show_start(_visitor: Visitor, _photo: Path) -> None:
    """Stay on the start page."""


def _show_gifs(visitor: Visitor, photo: Path) -> None:
    """Load the GIFs of the first cards, and return to the first of them."""
    visitor.choose(photo)
    visitor.scroll_through_gifs()
    visitor.scroll_to_cards()


def _show_all_gifs(visitor: Visitor, photo: Path) -> None:
    """Show the GIFs of the first cards at once."""
    visitor.choose(photo)
    visitor.scroll_through_gifs()
    visitor.fit_window_to_cards()


def _show_dialog(visitor: Visitor, photo: Path) -> None:
    """Open a GIF."""
    _show_gifs(visitor, photo)
    visitor.open_gif()


STATES: Mapping[str, tuple[Screen, Callable[[Visitor, Path], None]]] = {
    "start page, phone": (PHONE, _show_start),
    "start page, desktop": (DESKTOP, _show_start),
    "GIFs, phone": (PHONE, _show_gifs),
    "GIFs, desktop, fifteen on the screen": (DESKTOP, _show_all_gifs),
    "an open GIF, phone": (PHONE, _show_dialog),
    "an open GIF, desktop": (DESKTOP, _show_dialog),
}
"""The measured states: a screen, and the way to the state from the start page."""


def idle_share(browser: Browser, server: Server, state: str, photo: Path) -> float:
    """Return the processor time of a state of the page at rest, as a share of one core.

    The browser must have no other page.
    """
    screen, show = STATES[state]
    with visiting(browser, server, screen) as visitor:
        visitor.open()
        show(visitor, photo)
        visitor.page.wait_for_timeout(1000 * SETTLE_S)
        before, start = _processor_seconds(browser), time.monotonic()
        visitor.page.wait_for_timeout(1000 * REST_S)
        return used_seconds(before, _processor_seconds(browser)) / (time.monotonic() - start)


def used_seconds(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """Return the processor time that the processes of `after` used since `before`, both by process id."""
    return sum(seconds - before.get(process, 0) for process, seconds in after.items())


def _processor_seconds(browser: Browser) -> dict[int, float]:
    """Return the processor time of each process of the browser by its id."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return {process["id"]: process["cpuTime"] for process in processes}
