"""Chromium for tests and benchmarks."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, sync_playwright
from tests.requirement_checks import skip_or_fail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


_DISABLED = (
    # Chromium prepares parts of its own interface for every new window, headless too: that takes half a
    # second of processor time a window, as much as the page under test.
    *("PreloadTopChromeWebUI", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    # Some of the features that Playwright disables with the switch that this one replaces.
    *("HttpsUpgrades", "LensOverlay", "MediaRouter", "OptimizationHints", "Translate"),
)
_ARGUMENTS = (f"--disable-features={','.join(_DISABLED)}",)


def launch_options(*arguments: str) -> dict[str, Any]:
    """Return Playwright's launch options for Chromium."""
    if os.geteuid() == 0:
        arguments = (*arguments, "--no-sandbox")  # Chromium's sandbox does not start as root
    return {"executable_path": shutil.which("chromium"), "args": [*_ARGUMENTS, *arguments]}


def program() -> str:
    """Return the path of Chromium: the system's, or the one that Playwright has installed."""
    if found := shutil.which("chromium"):
        return found
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Run Chromium during the block. If it is not installed, the test is skipped, or fails in CI."""
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(**launch_options(*arguments))
        except Error as error:
            skip_or_fail(f"no browser is installed (make test installs one): {error.message.splitlines()[0]}")
        yield running
        running.close()
