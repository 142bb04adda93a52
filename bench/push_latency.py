"""Latency from an upload to the notifications that its GIFs are ready, on the stack in the AWS emulator.

As in the page, the clock starts when the photo is sent, and a socket is opened after the API's response. No
function is running before the first photo. The emulator has no network latency and none of Lambda's cold
starts.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image
from tests.e2e.deployed_stack import deploy
from tests.e2e.stack_operations import upload
from tests.emulator.process import emulator
from tests.http_contract.api_client import receive_message

from bench.argument_types import at_least_one
from bench.markdown_tables import machine, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.deployed_stack import DeployedStack

_SAMPLE = Path(__file__).parents[1] / "src/gifmill/page/samples/chelsea.jpg"


class Times(NamedTuple):
    """Times of one photo, in seconds since it was sent.

    Attributes:
        answered: response of the API or of S3.
        pushes: notification for each GIF, in ascending order.
    """

    answered: float
    pushes: list[float]


def direct(stack: DeployedStack, photo: bytes) -> str:
    """Send a photo to the API."""
    return str(stack.order(photo)["id"])


def measure(stack: DeployedStack, photo: bytes, send: Callable[[DeployedStack, bytes], str]) -> Times:
    """Send a photo and wait for the notifications for all of its GIFs."""
    started = time.perf_counter()
    photo_id = send(stack, photo)
    answered = time.perf_counter() - started
    ready: dict[str, float] = {}
    with stack.live(photo_id) as socket:
        while len(ready) < 3:
            message = receive_message(socket)
            received = time.perf_counter() - started
            for gif in message.get("gifs", [message.get("gif")]):
                if gif["state"] == "ready":
                    ready.setdefault(gif["effect"], received)
    return Times(answered, sorted(ready.values()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.push_latency", description=__doc__)
    parser.add_argument(
        "--repeats", type=at_least_one, default=20, metavar="N", help="warm photos (default: 20)"
    )
    repeats = parser.parse_args().repeats

    photo = _SAMPLE.read_bytes()
    with Image.open(io.BytesIO(photo)) as image:
        size = f"{image.width} x {image.height}"
    senders: dict[str, Callable[[DeployedStack, bytes], str]] = {
        "to the API, warm": direct,
        "to S3 by a form, warm": upload,
    }
    print("deploying", file=sys.stderr)
    with TemporaryDirectory() as folder, emulator() as running, deploy(running, Path(folder)) as stack:
        rows = [("to the API, the first", *_row([measure(stack, photo, direct)]))]
        for name, send in senders.items():
            rows.append((name, *_row([measure(stack, photo, send) for _ in range(repeats)])))
    print(f"{size} px, {len(photo) / 1e3:.0f} kB, the classic three; medians of {repeats} warm photos.")
    print(machine("numpy", "pillow"))
    print("\n" + table(("photo", "answered ms", "first push ms", "third push ms"), rows))


def _row(times: list[Times]) -> tuple[str, str, str]:
    answered = median(each.answered for each in times)
    first, third = (median(each.pushes[number] for each in times) for number in (0, 2))
    return f"{1000 * answered:.0f}", f"{1000 * first:.0f}", f"{1000 * third:.0f}"


if __name__ == "__main__":
    main()
