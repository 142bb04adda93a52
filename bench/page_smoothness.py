"""Layout shifts and long tasks on a slow phone, from choosing a camera photo to its first GIFs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bench.page_visitor import PHONE, visiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser
    from tests.servers import Server

SLOWDOWN = 4
"""Chromium makes scripts, layout and painting this many times slower."""

_WINDOW_S = 5.0
_WINDOW_GAP_S = 1.0

_OBSERVE = """
window.smoothness = { shifts: [], tasks: [] };
new PerformanceObserver((list) => {
  for (const { startTime, value, hadRecentInput } of list.getEntries()) {
    if (!hadRecentInput) smoothness.shifts.push([startTime / 1000, value]);
  }
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) {
    smoothness.tasks.push([startTime / 1000, duration / 1000]);
  }
}).observe({ type: "longtask", buffered: true });
"""

_SINCE_CHOSEN = """() => {
  const isLater = ([at]) => at >= window.gifClock.chosen / 1000;
  return { shifts: smoothness.shifts.filter(isLater), tasks: smoothness.tasks.filter(isLater) };
}"""


class Smoothness(NamedTuple):
    """The page's behaviour on a slow phone.

    Attributes:
        layout_shift: cumulative layout shift.
        longest_task_s: duration of the longest task; 0 without any over 50 ms.
    """

    layout_shift: float
    longest_task_s: float


def smoothness(browser: Browser, server: Server, photo: Path) -> Smoothness:
    """Choose a photo on a slow phone, and wait until the GIFs on the screen are shown."""
    with visiting(browser, server, PHONE) as visitor:
        visitor.page.add_init_script(_OBSERVE)
        visitor.cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        visitor.open()
        visitor.choose(photo)
        visitor.await_gifs_on_screen()
        found = visitor.page.evaluate(_SINCE_CHOSEN)
    tasks_s = [duration_s for _, duration_s in found["tasks"]]
    return Smoothness(cumulative_layout_shift(found["shifts"]), max(tasks_s, default=0))


def cumulative_layout_shift(shifts: Sequence[tuple[float, float]]) -> float:
    """Return the largest sum of layout shifts in one session window.

    Args:
        shifts: (time in s, value) of each, in order of time.

    Source: https://web.dev/articles/cls
    """
    largest, total = 0.0, 0.0
    start_s, last_s = 0.0, float("-inf")
    for at_s, value in shifts:
        if at_s - last_s >= _WINDOW_GAP_S or at_s - start_s >= _WINDOW_S:
            start_s, total = at_s, 0.0
        total, last_s = total + value, at_s
        largest = max(largest, total)
    return largest
