"""A client of an installed Firefox over WebDriver BiDi: JSON over a WebSocket.

Playwright's Firefox is a modified build; this is the release that people use. Source: W3C, WebDriver BiDi.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.requirement_checks import skip_or_fail
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

_PREFERENCES = {
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.prefs.recommended": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}


class Tab:
    """The only tab of a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.errors: list[str] = []
        """Error messages of its console."""
        self.version: str = self._call("session.new", capabilities={})["capabilities"]["browserVersion"]
        self._call("session.subscribe", events=["log.entryAdded"])
        self._tab: str = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, address: str) -> None:
        """Open a URL and wait until it is loaded completely."""
        self._call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Evaluate an expression on the page, await a promise, and return its value, as JSON allows."""
        answer = self._call(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((found) => JSON.stringify(found))",
            target={"context": self._tab},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))

    def wait_for(self, expression: str, timeout_s: float = 60) -> None:
        """Wait for an expression to become true."""
        end = time.monotonic() + timeout_s
        while not self.evaluate(expression):
            assert time.monotonic() < end, (
                f"not true in {timeout_s} s: {expression}; console errors: {self.errors}"
            )
            time.sleep(0.05)

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a file input."""
        nodes = self._call(
            "browsingContext.locateNodes", context=self._tab, locator={"type": "css", "value": selector}
        )["nodes"]
        element = {"sharedId": nodes[0]["sharedId"]}
        self._call("input.setFiles", context=self._tab, element=element, files=[str(path)])

    def _call(self, method: str, **params: object) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(timeout=60))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.errors.append(message["params"]["text"])
            if message.get("id") == number:
                assert message["type"] == "success", message
                result: dict[str, Any] = message["result"]
                return result


@contextmanager
def firefox(profile: Path) -> Iterator[Tab]:
    """Start Firefox for the time of the block. Without Firefox skip the test; in CI fail instead.

    Args:
        profile: an empty folder for its profile and home.
    """
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        skip_or_fail("Firefox is not installed. Install the package firefox-esr; as root, make test does.")
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines))
    log = profile / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            stdout=output,
            stderr=output,
            env={**os.environ, "HOME": str(profile)},
            start_new_session=True,
        )
    try:
        with connect(f"{_address(process, log)}/session", open_timeout=30, max_size=None) as socket:
            yield Tab(socket)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait for the WebSocket URL in the log and return it."""
    end = time.monotonic() + 60
    while not (answer := re.search(r"WebDriver BiDi listening on (\S+)", log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, f"Firefox does not start: {log.read_text()}"
        time.sleep(0.05)
    return answer[1]
