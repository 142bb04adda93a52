"""Decoding of a camera photo to 480 px: gifmill compared with Pillow and libvips at their best settings.

All apply the orientation, convert to sRGB and return an array. Their runs are interleaved. Tables have
medians and minima; other load on the machine affects minima less.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import pyvips
from PIL import Image

from bench.argument_types import at_least_one
from bench.benchmark_photos import OUT, large_photo
from bench.markdown_tables import machine, table
from bench.photo_readers import READERS, SIDE_PX, decibels, reference, usable_readers
from bench.process_measurement import PYTHON
from bench.quality import OriginalAnimation

if TYPE_CHECKING:
    from collections.abc import Callable

PHOTO_PX = (4000, 3000)
LARGE_PX = (6000, 4000)
GRAIN = 8.0
GOAL_RATIO = 1.2
GOAL_FILES = ("JPEG", "JPEG, progressive", "PNG", "PNG, palette")

FILES = {
    "JPEG": "12mp.jpg",
    "JPEG, progressive": "12mp-progressive.jpg",
    "PNG": "12mp.png",
    "PNG, palette": "12mp-palette.png",
    "WebP": "12mp.webp",
    "HEIC": "12mp.heic",
    "AVIF": "12mp.avif",
    "TIFF, LZW, 24 MP": "24mp-lzw.tif",
    "TIFF, 16 bits": "12mp-16bit.tif",
}


def make_files() -> None:
    """Write the missing files; a HEIC needs libheif's `heif-enc`."""
    jpeg = large_photo(OUT / FILES["JPEG"], PHOTO_PX, noise=GRAIN)
    large_photo(OUT / FILES["JPEG, progressive"], PHOTO_PX, noise=GRAIN, progressive=True)
    with Image.open(jpeg) as photo:
        if not (OUT / FILES["PNG"]).exists():
            photo.save(OUT / FILES["PNG"])
        if not (OUT / FILES["PNG, palette"]).exists():
            photo.quantize(256).save(OUT / FILES["PNG, palette"])
        if not (OUT / FILES["WebP"]).exists():
            photo.save(OUT / FILES["WebP"], quality=85)
        if not (OUT / FILES["AVIF"]).exists():
            photo.save(OUT / FILES["AVIF"], quality=75, speed=8)
    make_tiffs(jpeg)
    heic = OUT / FILES["HEIC"]
    if not heic.exists() and (encoder := shutil.which("heif-enc")):
        command = [encoder, "-q", "60", str(jpeg), "-o", str(heic)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_tiffs(jpeg: Path) -> None:
    """Write the missing TIFFs: one with LZW compression, one of 16 bits without compression."""
    lzw, deep = OUT / FILES["TIFF, LZW, 24 MP"], OUT / FILES["TIFF, 16 bits"]
    if not lzw.exists():
        with Image.open(large_photo(OUT / "24mp.jpg", LARGE_PX, noise=GRAIN)) as photo:
            photo.save(lzw, compression="tiff_lzw")
    if not deep.exists():
        # Pillow cannot write TIFFs of 16 bits a channel.
        pyvips.Image.new_from_file(str(jpeg)).colourspace("rgb16").tiffsave(str(deep))


@dataclass(frozen=True, slots=True)
class ReadTime:
    """Wall time and CPU time of one reading of one file, in seconds."""

    seconds: float
    cpu_seconds: float


def timed(work: Callable[[], object]) -> ReadTime:
    """Measure the wall time and the CPU time of a function."""
    start, cpu = perf_counter(), process_time()
    work()
    return ReadTime(perf_counter() - start, process_time() - cpu)


def peak_bytes(name: str, path: Path) -> int:
    """Return the peak memory that reading adds, in a separate process. Linux only: it needs /proc."""
    command = [PYTHON, "-m", "bench.intake", "--one", name, str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) * 1024


def read_once(name: str, path: Path) -> None:
    """Read a file and print the peak memory that this added, in kB."""
    before = _status_kb("VmRSS")
    READERS[name](path)
    print(_status_kb("VmHWM") - before)


def _status_kb(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(field)))


def file_table(path: Path, repeats: int) -> tuple[str, float]:
    """Measure all readers on one file.

    Returns:
        A Markdown table, in which `rel. time` is gifmill's time divided by the reader's; the same ratio for
        the fastest other reader.
    """
    readers = usable_readers(path)
    runs: dict[str, list[ReadTime]] = {name: [] for name in readers}
    for done in range(repeats):
        print(f"\r{path.name} {done + 1}/{repeats} ", end="", file=sys.stderr, flush=True)
        for name, reader in readers.items():
            runs[name].append(timed(lambda reader=reader: reader(path)))  # type: ignore[misc]
    print(file=sys.stderr)
    wanted = reference(path)
    original = OriginalAnimation([wanted])
    wall = {name: median(each.seconds for each in reads) for name, reads in runs.items()}
    rows = []
    for name, reader in readers.items():
        pixels = reader(path)
        rows.append(
            (
                name,
                f"{1000 * wall[name]:.0f}",
                f"{1000 * min(each.seconds for each in runs[name]):.0f}",
                f"{1000 * median(each.cpu_seconds for each in runs[name]):.0f}",
                f"{1000 * min(each.cpu_seconds for each in runs[name]):.0f}",
                f"{wall['gifmill'] / wall[name]:.2f}",
                f"{peak_bytes(name, path) / 1e6:.0f}",
                f"{decibels(wanted, pixels):.1f}",
                f"{original.quality([pixels]).ssimulacra2:.1f}",
            )
        )
    header = ("reader", "ms", "min", "CPU ms", "min CPU", "rel. time", "adds MB", "PSNR", "SSIMULACRA2")
    return table(header, rows), wall["gifmill"] / min(wall[name] for name in readers if name != "gifmill")


def inflate_times(path: Path, repeats: int) -> str:
    """Time the inflating of a PNG's pixels alone, a lower bound for every reader of PNGs."""
    import zlib

    from isal import isal_zlib

    from gifmill.photo.png.chunks import read_chunks

    chunks = read_chunks(path.read_bytes()).pixels

    def with_zlib() -> None:
        inflater = zlib.decompressobj()
        for chunk in chunks:
            inflater.decompress(chunk)

    def with_isal() -> None:
        inflater = isal_zlib.decompressobj()
        for chunk in chunks:
            inflater.decompress(chunk)

    runs = [(timed(with_zlib), timed(with_isal)) for _ in range(repeats)]
    slow, fast = (1000 * median(run[which].cpu_seconds for run in runs) for which in (0, 1))
    return f"Inflating alone, CPU ms: zlib {zlib.ZLIB_RUNTIME_VERSION} {slow:.0f}, ISA-L {fast:.0f}."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--repeats", type=at_least_one, default=15, metavar="N", help="rounds (default: 15)")
    parser.add_argument("--one", nargs=2, metavar=("READER", "FILE"), help="read once, print the added kB")
    arguments = parser.parse_args()
    if arguments.one:
        read_once(arguments.one[0], Path(arguments.one[1]))
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(make_files).result()
    print(
        f"{PHOTO_PX[0]} x {PHOTO_PX[1]} px to {SIDE_PX} px; medians and minima of {arguments.repeats} "
        "interleaved runs."
    )
    vips = ".".join(str(pyvips.version(part)) for part in range(3))
    print(f"{machine('pillow', 'isal', 'pi-heif')}, libvips {vips}")
    ratios = {}
    for kind, name in FILES.items():
        path = OUT / name
        if not path.exists():
            print(f"\n### {kind}\n\nNot measured: heif-enc is missing.")
            continue
        text, ratios[kind] = file_table(path, arguments.repeats)
        print(f"\n### {kind}, {path.stat().st_size / 1e6:.1f} MB\n\n{text}")
        if path.suffix == ".png":
            print(f"\n{inflate_times(path, arguments.repeats)}")
    by_kind = ", ".join(f"{kind} {ratios[kind]:.2f}" for kind in GOAL_FILES)
    met = "met" if all(ratios[kind] <= GOAL_RATIO for kind in GOAL_FILES) else "NOT MET"
    print(f"\nGoal: at most {GOAL_RATIO:g} x the faster of Pillow and libvips: {met} ({by_kind}).")


if __name__ == "__main__":
    main()
