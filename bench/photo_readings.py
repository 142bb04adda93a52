"""One photo file read by one decoder: gifmill and libvips in a child process, or Chromium in a page."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from PIL import Image

from gifmill.errors import PhotoError, UnsupportedPhoto
from gifmill.photo import open_photo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Browser

    from gifmill.animation import Pixels

    type Reader = Callable[[bytes, int], Pixels]

PHOTO, REFUSED, CRASH, TIME_OUT, UNEXPECTED = "photo", "refused", "crash", "time-out", "unexpected error"

_SHOW = """async ([base64, side, timeout]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const image = new Image()
    image.src = URL.createObjectURL(new Blob([bytes]))
    const late = new Promise((_, reject) => setTimeout(reject, timeout))
    try { await Promise.race([image.decode(), late]) } catch { return null }
    const scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight))
    const canvas = document.createElement("canvas")
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
    const pen = canvas.getContext("2d", { willReadFrequently: true })
    pen.fillStyle = "white"
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.imageSmoothingQuality = "high"
    pen.drawImage(image, 0, 0, canvas.width, canvas.height)
    URL.revokeObjectURL(image.src)
    return canvas.toDataURL().split(",")[1]
}"""


def with_gifmill(data: bytes, side_px: int) -> Pixels:
    """Read a photo with gifmill, and lay it on white as the other readers do."""
    return open_photo(data, max_side_px=side_px).on_colour((255, 255, 255)).pixels


def with_libvips(data: bytes, side_px: int) -> Pixels:
    """Read a photo with libvips: upright, in sRGB, on white.

    Raises:
        UnsupportedPhoto: libvips cannot read it.
    """
    import pyvips  # not at the top: it would count in the memory of gifmill's process

    try:
        image = pyvips.Image.thumbnail_buffer(
            data, side_px, height=side_px, size="down", output_profile="srgb"
        )
        image = image.colourspace("srgb")
        if image.hasalpha():
            image = image.flatten(background=255)
        if image.bands > 3:  # extra samples of a TIFF
            image = image[:3]
        return cast("Pixels", image.cast("uchar").numpy())
    except pyvips.Error as error:
        raise UnsupportedPhoto(" ".join(str(error).split())) from error


READERS: dict[str, Reader] = {"gifmill": with_gifmill, "libvips": with_libvips}


def read_one(reader: str, path: Path, side_px: int) -> None:
    """Read a file in a child process; print a line of JSON and then the raw pixels."""
    data, peak_before_bytes = path.read_bytes(), _peak_bytes()
    start, cpu = perf_counter(), process_time()
    pixels, result, code, message = np.zeros((0, 0, 3), np.uint8), PHOTO, "", ""
    try:
        pixels = READERS[reader](data, side_px)
    except PhotoError as error:
        result, code, message = REFUSED, error.code, error.message
        if error.__cause__ and not isinstance(error.__cause__, PhotoError):
            message = f"{message} ({type(error.__cause__).__name__}: {error.__cause__})"
    except Exception as error:  # finding these is the purpose of the benchmark
        result, code, message = UNEXPECTED, type(error).__name__, str(error)
    report = {
        "result": result,
        "code": code,
        "message": message,
        "shape": pixels.shape,
        "wall_s": perf_counter() - start,
        "cpu_s": process_time() - cpu,
        "peak_bytes": _peak_bytes() - peak_before_bytes,
    }
    sys.stdout.buffer.write(json.dumps(report).encode() + b"\n" + pixels.tobytes())


def _peak_bytes() -> int:
    """Return the peak memory of this process until now. Linux only."""
    [peak_kb] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak_kb) * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The outcome of one file with one reader.

    Attributes:
        result: one of PHOTO, REFUSED, CRASH, TIME_OUT, UNEXPECTED.
        code, message: of the error, with its cause; for a crash, the exit code (negative: a signal) and the
            last line on stderr.
        stderr_lines: printed by libraries.
        wall_s, cpu_s: for reading alone; for a time-out its limit.
        peak_bytes: growth of the process's peak memory.
        pixels: of a photo, uint8, shape (height, width, 3).
    """

    result: str
    code: str = ""
    message: str = ""
    stderr_lines: int = 0
    wall_s: float = 0
    cpu_s: float = 0
    peak_bytes: int = 0
    pixels: Pixels | None = None


def reading(command: Sequence[str], timeout_s: float) -> Reading:
    """Run a child process with the output of `read_one` and return its result."""
    try:
        ended = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return Reading(TIME_OUT, wall_s=timeout_s, cpu_s=timeout_s)
    lines = [line for line in ended.stderr.decode(errors="replace").splitlines() if line]
    head, _, tail = ended.stdout.partition(b"\n")
    if ended.returncode or not head:
        return Reading(CRASH, f"exit code {ended.returncode}", lines[-1] if lines else "", len(lines))
    report: dict[str, Any] = json.loads(head)
    shape = report.pop("shape")
    pixels = np.frombuffer(tail, np.uint8).reshape(shape) if report["result"] == PHOTO else None
    return Reading(stderr_lines=len(lines), pixels=pixels, **report)


def read_in_chromium(browser: Browser, data: bytes, side_px: int, timeout_s: float) -> Reading:
    """Decode a file in an `<img>` of a page in Chromium, on white."""
    from playwright.sync_api import Error

    [context] = browser.contexts or [browser.new_context()]
    page = context.pages[0] if context.pages else context.new_page()
    try:
        shown = page.evaluate(_SHOW, [base64.b64encode(data).decode(), side_px, timeout_s * 1000])
    except Error as error:  # its renderer crashed
        page.close()
        return Reading(CRASH, message=error.message)
    if not shown:
        return Reading(REFUSED)
    with Image.open(BytesIO(base64.b64decode(shown))) as image:
        return Reading(PHOTO, pixels=np.asarray(image.convert("RGB")))
