"""Other encoders at their best-known settings, each a function from `PeerInput` to the bytes of a GIF.

Every GIF loops endlessly and keeps the animation's delays. Commands read files that exist before the clock
starts. Their time includes the start of their process, because their users pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import PIL
import pyvips
from PIL import Image

from bench.external_programs import Command, ffmpeg, gifsicle, gifski, imagemagick
from bench.peer_input import save_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.peer_input import PeerInput


def pillow(source: PeerInput) -> bytes:
    """Encode with Pillow's defaults, as most Python programs do."""
    return save_all(source.images, source.delays_cs)


def pillow_octree(source: PeerInput) -> bytes:
    """Encode with Pillow's fastest settings: an octree palette for each frame, no dither."""
    return save_all(
        [image.quantize(256, Image.Quantize.FASTOCTREE) for image in source.images], source.delays_cs
    )


def pillow_diffused(source: PeerInput) -> bytes:
    """Encode with Pillow: a median-cut palette for each frame, Floyd-Steinberg dither in C."""
    palettes = [image.quantize(256, Image.Quantize.MEDIANCUT) for image in source.images]
    pairs = zip(source.images, palettes, strict=True)
    return save_all([image.quantize(palette=palette) for image, palette in pairs], source.delays_cs)


def with_ffmpeg(mode: str, dither: str, source: PeerInput) -> bytes:
    """Encode with palettegen and paletteuse: a palette for each frame (single) or one for all (full).

    Long delays need no repeated frames: the timestamp of each canvas is the slot at which it begins.
    """
    long_delays = [f"+gt(N,{index})*{slots - 1}" for index, slots in enumerate(source.slots) if slots > 1]
    use = f"paletteuse=dither={dither}" + (":new=1" if mode == "single" else ":diff_mode=rectangle")
    graph = f"setpts='N{''.join(long_delays)}',split[a][b];[a]palettegen=stats_mode={mode}[p];[b][p]{use}"
    _require(ffmpeg()).run(
        *(
            "-y",
            "-v",
            "error",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            f"{source.width}x{source.height}",
        ),
        *("-framerate", str(source.rate), "-i", source.raw, "-vf", graph, "-fps_mode", "passthrough"),
        *("-loop", "0", "-final_delay", str(source.delays_cs[-1]), source.output),
    )
    return source.output.read_bytes()


def with_gifski(quality: int, source: PeerInput) -> bytes:
    """Encode with gifski. It accepts only a fixed frame rate, so canvases are repeated for their delay."""
    shown = [png for png, slots in zip(source.pngs, source.slots, strict=True) for _ in range(slots)]
    _require(gifski()).run(
        *("--quiet", "--no-sort", "--fps", f"{float(source.rate):.4f}", "--quality", str(quality)),
        *("-W", str(source.width), "-H", str(source.height), "-o", source.output, *shown),
    )
    return source.output.read_bytes()


def with_gifsicle(options: Sequence[str], source: PeerInput) -> bytes:
    """Optimise Pillow's GIF with gifsicle.

    Since 1.96, `--lossy` measures colour distance in the space of `--gamma`; in the default space 30 has
    almost no effect. Its author recommends `--gamma=1` as closest to earlier versions. With it, 15 gives the
    result of 30 with 1.93, within 2 % of the bytes and 5 % of dE.
    Source: https://github.com/kohler/gifsicle/issues/206
    """
    _require(gifsicle()).run("-O3", "--gamma=1", *options, source.pillow, "-o", source.output)
    return source.output.read_bytes()


def with_imagemagick(options: Sequence[str], source: PeerInput) -> bytes:
    """Encode with ImageMagick's palettes and dither, and frames cropped to the changes."""
    frames: list[str] = []
    for delay, raw in zip(source.delays_cs, source.raws, strict=True):
        frames += ["-delay", str(delay), f"rgb:{raw}"]
    size = f"{source.width}x{source.height}"
    _require(imagemagick()).run(
        *("-size", size, "-depth", "8", *frames, "-loop", "0", *options, "-layers", "optimize", source.output)
    )
    return source.output.read_bytes()


def with_libvips(source: PeerInput) -> bytes:
    """Encode with libvips's defaults: dither 1, effort 7."""
    pixels = b"".join(canvas.tobytes() for canvas in source.canvases)
    strip = pyvips.Image.new_from_memory(
        pixels, source.width, source.height * len(source.canvases), bands=3, format="uchar"
    ).copy(interpretation="srgb")
    strip.set_type(pyvips.GValue.gint_type, "page-height", source.height)
    strip.set_type(pyvips.GValue.array_int_type, "delay", [delay * 10 for delay in source.delays_cs])
    strip.set_type(pyvips.GValue.gint_type, "loop", 0)
    gif: bytes = strip.gifsave_buffer()
    return gif


def _require(command: Command | None) -> Command:
    assert command is not None, "a missing peer must not be run"
    return command


@dataclass(frozen=True, slots=True)
class Peer:
    """Another encoder at one setting.

    Attributes:
        encode: the measured function.
        version: returns the encoder's version; None if it is missing on this machine.
        main: whether it is in the table of goals.
        from_base: whether it starts from the GIF of the peer `BASE`; its time then includes that peer's.
    """

    encode: Callable[[PeerInput], bytes]
    version: Callable[[], str | None]
    main: bool = False
    from_base: bool = False


def _version(find: Callable[[], Command | None], name: str) -> str | None:
    found = find()
    return f"{name} {found.version}" if found else None


_FFMPEG = partial(_version, ffmpeg, "ffmpeg")
_GIFSKI = partial(_version, gifski, "gifski")
_GIFSICLE = partial(_version, gifsicle, "gifsicle")
_MAGICK = partial(_version, imagemagick, "ImageMagick")


def _pillow_version() -> str:
    return f"Pillow {PIL.__version__}"


def _vips_version() -> str:
    return "libvips " + ".".join(str(pyvips.version(part)) for part in range(3))


BASE = "Pillow"

PEERS: dict[str, Peer] = {
    "gifski q100": Peer(partial(with_gifski, 100), _GIFSKI, main=True),
    "gifski q90": Peer(partial(with_gifski, 90), _GIFSKI),
    "gifski q70": Peer(partial(with_gifski, 70), _GIFSKI),
    "ffmpeg single sierra2_4a": Peer(partial(with_ffmpeg, "single", "sierra2_4a"), _FFMPEG, main=True),
    "ffmpeg single bayer": Peer(partial(with_ffmpeg, "single", "bayer"), _FFMPEG),
    "ffmpeg single none": Peer(partial(with_ffmpeg, "single", "none"), _FFMPEG, main=True),
    "ffmpeg full sierra2_4a": Peer(partial(with_ffmpeg, "full", "sierra2_4a"), _FFMPEG),
    "ffmpeg full bayer": Peer(partial(with_ffmpeg, "full", "bayer"), _FFMPEG),
    "ffmpeg full none": Peer(partial(with_ffmpeg, "full", "none"), _FFMPEG),
    "libvips": Peer(with_libvips, _vips_version, main=True),
    "ImageMagick": Peer(partial(with_imagemagick, ()), _MAGICK),
    "ImageMagick +dither": Peer(partial(with_imagemagick, ("+dither",)), _MAGICK),
    BASE: Peer(pillow, _pillow_version, main=True),
    "Pillow FASTOCTREE": Peer(pillow_octree, _pillow_version, main=True),
    "Pillow median cut + FS": Peer(pillow_diffused, _pillow_version),
    "gifsicle -O3": Peer(partial(with_gifsicle, ()), _GIFSICLE, from_base=True),
    **{
        f"gifsicle -O3 --lossy={lossy}": Peer(
            partial(with_gifsicle, (f"--lossy={lossy}",)), _GIFSICLE, main=True, from_base=True
        )
        for lossy in (15, 30, 80)
    },
}
