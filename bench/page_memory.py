"""Memory growth of the page over several photos in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import psutil

from bench.page_visitor import DESKTOP, Visitor, visiting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession
    from tests.servers import Server

PHOTOS = (1, 5, 10, 20)
"""Numbers of photos after which the memory is measured."""

_COLLECTIONS = 3
"""Garbage collections before a measurement: finalisers of one release objects for the next."""

_PRESSURE_MS = 300
"""Time for the caches to be emptied."""


class Memory(NamedTuple):
    """Memory of the page.

    Attributes:
        renderer_bytes: memory of its process that would be free if the process ended (USS).
        heap_bytes: used heap of JavaScript.
        nodes: DOM nodes, also those that are not in the document.
        listeners: event listeners.
    """

    renderer_bytes: int
    heap_bytes: int
    nodes: int
    listeners: int


class Growth(NamedTuple):
    """Growth for each further photo."""

    renderer_bytes: float
    heap_bytes: float
    nodes: float


def memory_over_photos(browser: Browser, server: Server, photo: Path) -> dict[int, Memory]:
    """Return the memory by the number of photos chosen in a row, each until the screen shows GIFs."""
    found = {}
    with visiting(browser, server, DESKTOP) as visitor:
        visitor.cdp.send("Performance.enable")
        visitor.open()
        for number in range(1, max(PHOTOS) + 1):
            visitor.choose(photo)
            visitor.await_gifs_on_screen()
            if number in PHOTOS:
                _empty_caches(visitor)
                found[number] = _measure(browser, visitor.cdp)
    return found


def _empty_caches(visitor: Visitor) -> None:
    """Report that memory is scarce: caches of files and decoded images are no leaks."""
    visitor.cdp.send("Memory.simulatePressureNotification", {"level": "critical"})
    visitor.page.wait_for_timeout(_PRESSURE_MS)


def _measure(browser: Browser, cdp: CDPSession) -> Memory:
    for _ in range(_COLLECTIONS):
        cdp.send("HeapProfiler.collectGarbage")
    metrics = {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}
    return Memory(
        _renderer_bytes(browser), metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"]
    )


def _renderer_bytes(browser: Browser) -> int:
    """Return the memory of the browser's renderers. Chromium keeps a spare one, which does not change."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    renderers = [psutil.Process(process["id"]) for process in processes if process["type"] == "renderer"]
    return sum(process.memory_full_info().uss for process in renderers)


def growth(found: Mapping[int, Memory]) -> Growth:
    """Return the growth a photo, from the second measurement to the last: the first photo loads modules."""
    first, last = sorted(found)[1], max(found)
    photos = last - first
    before, after = found[first], found[last]
    return Growth(
        (after.renderer_bytes - before.renderer_bytes) / photos,
        (after.heap_bytes - before.heap_bytes) / photos,
        (after.nodes - before.nodes) / photos,
    )
