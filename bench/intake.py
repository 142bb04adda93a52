"""A camera's photo from its file to 480 px: ours beside Pillow and libvips, each as well as it can be used.

All turn the photo upright, convert it to sRGB and end with an array. They take turns; times are medians.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, cast

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageOps

from bench.pictures import OUT, large_photo
from bench.processes import PYTHON
from bench.quality import Truth
from bench.report import machine, table
from gifmill.photo import open_photo

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.frames import Pixels

    type Reader = Callable[[Path], Pixels]

SIDE_PX = 480
PHOTO_PX = (4000, 3000)
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
}


def make_files() -> None:
    """Write the files that are not there yet; a HEIC only where libheif's `heif-enc` is installed."""
    jpeg = large_photo(OUT / FILES["JPEG"], PHOTO_PX, noise=GRAIN)
    large_photo(OUT / FILES["JPEG, progressive"], PHOTO_PX, noise=GRAIN, progressive=True)
    with Image.open(jpeg) as photo:
        if not (OUT / FILES["PNG"]).exists():
            photo.save(OUT / FILES["PNG"])
        if not (OUT / FILES["PNG, palette"]).exists():
            photo.quantize(256).save(OUT / FILES["PNG, palette"])
        if not (OUT / FILES["WebP"]).exists():
            photo.save(OUT / FILES["WebP"], quality=85)
    heic = OUT / FILES["HEIC"]
    if not heic.exists() and (encoder := shutil.which("heif-enc")):
        command = [encoder, "-q", "60", str(jpeg), "-o", str(heic)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def with_gifmill(path: Path) -> Pixels:
    return open_photo(path, max_side_px=SIDE_PX).pixels


def with_pillow(path: Path) -> Pixels:
    """A JPEG at a fraction of its size, others averaged first, as its documentation advises."""
    if path.suffix == ".heic":
        from pi_heif import register_heif_opener

        register_heif_opener()
    with Image.open(path) as file:
        image: Image.Image = file
        image.draft("RGB", (2 * SIDE_PX, 2 * SIDE_PX))
        profile = image.info.get("icc_profile")
        if image.mode == "P":
            image = image.convert("RGB")  # or it is not averaged at all
        image.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    if profile:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"), inPlace=True)
    return np.asarray(upright)


def with_libvips(path: Path) -> Pixels:
    """Without an output profile: the photos here have none, and it would convert them all the same."""
    pyvips.cache_set_max(0)  # or a second look at the same file costs nothing
    image = pyvips.Image.thumbnail(str(path), SIDE_PX, height=SIDE_PX, size="down")
    if image.hasalpha():
        image = image.flatten(background=255)
    return cast("Pixels", image.numpy())


READERS: dict[str, Reader] = {"gifmill": with_gifmill, "Pillow": with_pillow, "libvips": with_libvips}


@dataclass(frozen=True, slots=True)
class Read:
    """One reading of one file."""

    seconds: float
    cpu_seconds: float


def timed(work: Callable[[], object]) -> Read:
    start, cpu = perf_counter(), process_time()
    work()
    return Read(perf_counter() - start, process_time() - cpu)


def readers_of(path: Path) -> dict[str, Reader]:
    """Those that can read the file: the libvips of PyPI has no decoder of HEVC."""
    able = {}
    for name, reader in READERS.items():
        try:
            reader(path)
        except pyvips.Error:
            continue
        able[name] = reader
    return able


def reference(path: Path) -> Pixels:
    """Decoded whole, shrunk by Lanczos alone."""
    with Image.open(path) as image:
        size = Image.new("L", image.size)
        size.thumbnail((SIDE_PX, SIDE_PX))
        return np.asarray(image.convert("RGB").resize(size.size, Image.Resampling.LANCZOS))


def decibels(wanted: Pixels, got: Pixels) -> float:
    return float(10 * np.log10(255**2 / np.square(wanted.astype(float) - got).mean()))


def peak_bytes(name: str, path: Path) -> int:
    """The most memory that reading adds in a process of its own. Linux only: others' kernels do not tell."""
    command = [PYTHON, "-m", "bench.intake", "--one", name, str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) * 1024


def read_once(name: str, path: Path) -> None:
    before = _status_kb("VmRSS")
    READERS[name](path)
    print(_status_kb("VmHWM") - before)


def _status_kb(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(field)))


def file_table(path: Path, repeats: int) -> tuple[str, float]:
    """What each reader takes for a file, and our time beside the faster of the others."""
    readers = readers_of(path)
    runs: dict[str, list[Read]] = {name: [] for name in readers}
    for done in range(repeats):
        print(f"\r{path.name} {done + 1}/{repeats} ", end="", file=sys.stderr, flush=True)
        for name, reader in readers.items():
            runs[name].append(timed(lambda reader=reader: reader(path)))  # type: ignore[misc]
    print(file=sys.stderr)
    wanted = reference(path)
    truth = Truth([wanted])
    wall = {name: median(read.seconds for read in reads) for name, reads in runs.items()}
    rows = []
    for name, reader in readers.items():
        pixels = reader(path)
        rows.append(
            (
                name,
                f"{1000 * wall[name]:.0f}",
                f"{1000 * median(read.cpu_seconds for read in runs[name]):.0f}",
                f"{wall['gifmill'] / wall[name]:.2f}",
                f"{peak_bytes(name, path) / 1e6:.0f}",
                f"{decibels(wanted, pixels):.1f}",
                f"{truth.quality([pixels]).ssimulacra2:.1f}",
            )
        )
    header = ("reader", "ms", "CPU ms", "ours : it", "adds MB", "PSNR", "SSIMULACRA2")
    return table(header, rows), wall["gifmill"] / min(wall[name] for name in readers if name != "gifmill")


def inflation(path: Path, repeats: int) -> str:
    """How long inflating the pixels of a PNG takes by itself: no reader can be faster than its inflater."""
    import zlib

    from isal import isal_zlib

    from gifmill.png import pixel_chunks

    chunks = pixel_chunks(path.read_bytes())

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
    parser.add_argument("--repeats", type=int, default=15, metavar="N", help="rounds (default: 15)")
    parser.add_argument("--one", nargs=2, metavar=("READER", "FILE"), help="read once, print the kB it took")
    arguments = parser.parse_args()
    if arguments.one:
        read_once(arguments.one[0], Path(arguments.one[1]))
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(make_files).result()
    print(
        f"{PHOTO_PX[0]} x {PHOTO_PX[1]} px to {SIDE_PX} px; medians of {arguments.repeats} interleaved runs."
    )
    vips = ".".join(str(pyvips.version(part)) for part in range(3))
    print(f"{machine('pillow', 'isal', 'pi-heif')}, libvips {vips}")
    ratios = {}
    for kind, name in FILES.items():
        path = OUT / name
        if not path.exists():
            print(f"\n### {kind}\n\nNot measured: there is no heif-enc here to make one.")
            continue
        text, ratios[kind] = file_table(path, arguments.repeats)
        print(f"\n### {kind}, {path.stat().st_size / 1e6:.1f} MB\n\n{text}")
        if path.suffix == ".png":
            print(f"\n{inflation(path, arguments.repeats)}")
    told = ", ".join(f"{kind} {ratios[kind]:.2f}" for kind in GOAL_FILES)
    met = "met" if all(ratios[kind] <= GOAL_RATIO for kind in GOAL_FILES) else "NOT MET"
    print(f"\nGoal: at most {GOAL_RATIO:g} x the faster of Pillow and libvips: {met} ({told}).")


if __name__ == "__main__":
    main()
