"""Memory growth of the page over several photos in a row."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import psutil

from bench.devtools_page import DevToolsPage, devtools_page
from bench.page_scripts import AWAIT_GIFS_ON_SCREEN, CLOCK, FILE_INPUT
from bench.page_visitor import DESKTOP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers import Server

PHOTOS = (1, 5, 10, 20)
"""Numbers of photos after which the memory is measured."""

_COLLECTIONS = 3
"""Garbage collections before a measurement: finalisers of one release objects for the next."""

_PRESSURE_S = 0.3
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


def memory_over_photos(server: Server, photo: Path) -> dict[int, Memory]:
    """Return the memory by the number of photos chosen in a row, each until the screen shows GIFs."""
    found = {}
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        devtools_page(Path(profile), DESKTOP.width_px, DESKTOP.height_px) as page,
    ):
        page.call("Performance.enable")
        page.call("Page.addScriptToEvaluateOnNewDocument", source=CLOCK)
        page.open(server.address)
        for number in range(1, max(PHOTOS) + 1):
            page.choose_file(FILE_INPUT, photo)
            page.evaluate(AWAIT_GIFS_ON_SCREEN)
            if number in PHOTOS:
                found[number] = _measure(page)
    return found


def _measure(page: DevToolsPage) -> Memory:
    page.call("Memory.simulatePressureNotification", level="critical")  # caches are no leaks
    time.sleep(_PRESSURE_S)
    for _ in range(_COLLECTIONS):
        page.call("HeapProfiler.collectGarbage")
    metrics = {each["name"]: each["value"] for each in page.call("Performance.getMetrics")["metrics"]}
    return Memory(
        _renderer_bytes(page), metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"]
    )


def _renderer_bytes(page: DevToolsPage) -> int:
    """Return the memory of the browser's renderers. Chromium keeps a spare one, which does not change."""
    processes = psutil.Process(page.browser_process).children(recursive=True)
    renderers = [process for process in processes if "--type=renderer" in process.cmdline()]
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
