"""A page of Chromium that is controlled over its DevTools protocol, without Playwright.

Playwright has Chromium keep the bodies of requests and responses, up to 100 MB in the page's process.
A measurement of the page's memory would measure them.
"""

from __future__ import annotations

import json
import re
import subprocess
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
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        listening = (re.search(r"DevTools listening on ws://([^/]+)/", line) for line in process.stderr)
        host = next(match[1] for match in listening if match)
        targets = httpx.get(f"http://{host}/json/list").json()
        address = next(each["webSocketDebuggerUrl"] for each in targets if each["type"] == "page")
        with connect(address, max_size=_MESSAGE_BYTES) as socket:
            yield DevToolsPage(socket, process.pid)
    finally:
        process.terminate()
        process.wait()
