"""Resources that a worker needs for the largest accepted photos and for the most expensive GIFs.

Each job runs in its own worker process without limits. `GIFMILL_WORKER_MEMORY_MB` limits address space;
`GIFMILL_INTAKE_CPU_S` and `GIFMILL_RENDER_CPU_S` limit processor time.
"""

from __future__ import annotations

import argparse
import re
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import anyio
from PIL import Image

import gifmill
from bench.benchmark_photos import PHOTOS
from bench.markdown_tables import machine, table
from gifmill.errors import GifmillError
from gifmill.server import WorkerProcess
from gifmill.settings import Settings
from gifmill.store import open_store

if TYPE_CHECKING:
    from gifmill.rendering import FormatName

SIDE_PX = 10_000
"""Side of a photo of 100 megapixels, the limit."""

EXPENSIVE_EFFECTS = ("droste", "party", "shake")
"""Effects whose GIFs take the most memory or time: every frame is full and differs from the previous one."""

_NO_LIMIT_MB, _NO_LIMIT_S = 64_000, 600


def photos(folder: Path) -> list[Path]:
    """Write photos of the largest accepted size, one in each format that Pillow can write."""
    with Image.open(PHOTOS["coffee"]) as small:
        large = small.convert("RGB").resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    kinds = {
        "JPEG": large,
        "PNG": Image.new("RGBA", large.size, "teal"),
        "WEBP": large,
        "AVIF": large,
        "GIF": Image.new("P", large.size),
        "TIFF": Image.new("RGB", large.size, "teal"),
    }
    options: dict[str, dict[str, Any]] = {
        "WEBP": {"method": 0},
        "AVIF": {"speed": 10},
        "TIFF": {"compression": "tiff_lzw"},
    }
    written = []
    for kind, image in kinds.items():
        file = BytesIO()
        image.save(file, kind, **options.get(kind, {}))
        written.append(folder / f"{SIDE_PX} x {SIDE_PX} px, {kind}")
        written[-1].write_bytes(file.getvalue())
    return written


def read_photo(store: str, path: str) -> tuple[str, int, int, float]:
    """Read a photo as a worker does, with an open store.

    Returns:
        The outcome; peak address space and peak memory, in bytes; processor time in seconds.
    """
    started = time.process_time()
    open_store(store).put("uploads/photo", b"")
    try:
        gifmill.open_photo(path).png()
    except GifmillError as error:
        return error.code, *_peaks(), time.process_time() - started
    return "accepted", *_peaks(), time.process_time() - started


def render_file(
    store: str, effect: str, target: FormatName, max_bytes: int | None
) -> tuple[str, int, int, float]:
    """Render a file of the largest size, with an optional byte limit; return figures as `read_photo` does."""
    started = time.process_time()
    open_store(store).put("uploads/photo", b"")
    with Image.open(PHOTOS["coffee"]) as small:
        file = BytesIO()
        small.resize((1080, 1080)).save(file, "PNG")
    photo = gifmill.open_photo(file.getvalue())
    made = gifmill.render(photo, effect, size=1080, format=target, max_bytes=max_bytes)
    return f"{len(made.data):,} bytes", *_peaks(), time.process_time() - started


def _peaks() -> tuple[int, int]:
    """Return the peak address space and peak memory of this process, in bytes. Source: proc(5), status."""
    status = Path("/proc/self/status").read_text()
    space, memory = (re.findall(rf"{name}:\s+(\d+) kB", status)[0] for name in ("VmPeak", "VmHWM"))
    return int(space) * 1024, int(memory) * 1024


async def _run_in_worker(function: object, *args: object) -> list[str]:
    worker = await WorkerProcess.started(_NO_LIMIT_MB)
    try:
        outcome, space, memory, seconds = await worker.call(function, _NO_LIMIT_S, _NO_LIMIT_S, *args)  # type: ignore[arg-type]
    finally:
        await worker.kill()
    return [outcome, f"{space / 1e6:,.0f}", f"{memory / 1e6:,.0f}", f"{seconds:.1f}"]


def main() -> None:
    argparse.ArgumentParser(prog="python -m bench.worker_limits", description=__doc__).parse_args()
    from bench.worker_limits import read_photo, render_file  # a worker cannot import functions of __main__

    with TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        work: list[tuple[str, object, tuple[object, ...]]] = [
            *((path.name, read_photo, (str(path),)) for path in photos(Path(folder))),
            *((f"{name}, GIF", render_file, (name, "gif", None)) for name in EXPENSIVE_EFFECTS),
            *((f"{name}, WebP, 100 kB", render_file, (name, "webp", 100_000)) for name in EXPENSIVE_EFFECTS),
        ]
        rows = [[job, *anyio.run(_run_in_worker, function, store, *more)] for job, function, more in work]
    print(machine("pillow", "numpy"))
    print("\n" + table(("job", "outcome", "space, MB", "memory, MB", "CPU, s"), rows, words=("outcome",)))
    allowed = Settings()
    print(
        f"\nAllowed: {allowed.worker_memory_mb:,} MB of address space;"
        f" {allowed.intake_cpu_s} s for a photo, {allowed.render_cpu_s} s for a GIF."
    )


if __name__ == "__main__":
    main()
