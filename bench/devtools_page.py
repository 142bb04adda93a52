"""A page of Chromium that is controlled over its DevTools protocol, without Playwright.

Playwright has Chromium keep the bodies of requests and responses, up to 100 MB in the page's process.
A measurement of the page's memory would measure them.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
from tests.chromium import launch_options, program
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

_AWAIT_LOAD = """() => document.readyState === "complete"
  || new Promise((done) => addEventListener("load", done))"""
_TIMEOUT_S = 300
_START_S = 60
_POLL_S = 0.1
_MESSAGE_BYTES = 50_000_000


class DevToolsPage:
    """The only page of a browser.

    Attributes:
        browser_process: id of the browser's main process.
    """

    def __init__(self, socket: ClientConnection, browser_process: int) -> None:
        self.browser_process = browser_process
        self._socket = socket
        self._numbers = count(1)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Call a method of the protocol and return its result. Events are ignored."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(timeout=_TIMEOUT_S))
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                result: dict[str, Any] = message["result"]
                return result

    def evaluate(self, function: str) -> object:
        """Call a JavaScript function on the page, await its promise, and return the value."""
        answer = self.call(
            "Runtime.evaluate", expression=f"({function})()", awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def open(self, address: str) -> None:
        """Open an address, and wait until it has loaded."""
        self.call("Page.enable")
        self.call("Page.navigate", url=address)
        self.evaluate(_AWAIT_LOAD)

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a file input."""
        found = self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        self.call("DOM.setFileInputFiles", files=[str(path)], objectId=found["result"]["objectId"])


@contextmanager
def devtools_page(profile: Path, width_px: int, height_px: int) -> Iterator[DevToolsPage]:
    """Run Chromium with one empty page during the block.

    Args:
        profile: an empty folder for its profile.
        width_px: width of the window.
        height_px: its height.
    """
    command = [
        program(),
        *launch_options()["args"],
        *("--headless=new", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"),
        *(f"--window-size={width_px},{height_px}", f"--user-data-dir={profile}", "about:blank"),
    ]
    log = profile / "chromium.log"  # a pipe that nobody reads would block the browser once it is full
    with log.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        targets = httpx.get(f"http://{_address(log)}/json/list").json()
        address = next(each["webSocketDebuggerUrl"] for each in targets if each["type"] == "page")
        with connect(address, max_size=_MESSAGE_BYTES) as socket:
            yield DevToolsPage(socket, process.pid)
    finally:
        process.terminate()
        process.wait()


def _address(log: Path) -> str:
    """Return host and port of the protocol's server, once Chromium has logged them."""
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        if match := re.search(r"DevTools listening on ws://([^/]+)/", log.read_text()):
            return match[1]
        time.sleep(_POLL_S)
    raise RuntimeError(f"Chromium did not start:\n{log.read_text()}")
