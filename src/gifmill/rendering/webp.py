"""Animated WebP through Pillow: lossy, with the same delays as the GIF."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageSequence

from gifmill.animation import check_animation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gifmill.animation import Animation
    from gifmill.gif import FlashDetector


@dataclass(frozen=True, slots=True)
class WebpPreset:
    """Settings of the WebP codec.

    Attributes:
        quality: of the lossy codec, 0 to 100. Chroma is always subsampled by two, so that above 98 hardly any
            photo is closer to the original.
        method: how hard the codec tries, 0 to 6.
        mixed: frames of fewer than 31 colours are stored without loss, those of fewer than 194 if that takes
            fewer bytes: mosaics and drawings. Source: libwebp, anim_encode.c.
        alpha_quality: 100 keeps all levels of alpha; 50 keeps twelve. Source: libwebp, alpha_enc.c.
    """

    quality: int
    method: int
    mixed: bool = True
    alpha_quality: int = 100


WEBP_PRESETS: dict[str, WebpPreset] = {
    "fast": WebpPreset(80, method=0),
    "small": WebpPreset(75, method=4),
    "balanced": WebpPreset(95, method=2),
    "crisp": WebpPreset(98, method=2),
    "smooth": WebpPreset(98, method=2),
}
"""The WebP settings for each encoder preset, chosen by `make bench-webp`.

`balanced` has the slowest method that takes less time than the balanced GIF. From its quality to 98, bytes
grow by a quarter for 1.1 points of SSIMULACRA2. `small` has the last method that is worth its time. `crisp`
and `smooth` are the same, because WebP has no dither. Figures: docs/background/benchmarks.md, "WebP".
"""

_KEY_FRAMES = {"kmin": 4, "kmax": 5}
"""Every fifth frame is a key frame. The codec takes a pixel that hardly changes for unchanged, so that a slow
fade would stop without key frames. With Pillow's defaults, 3 and 5, it encodes two of five frames twice to
choose: more time, no fewer bytes."""

_ALPHA_FLAG = 0x10

_FILE_HEADER_BYTES = 12
_DURATION_AT = 12
"""Position of the duration in an ANMF chunk: after x, y, width and height, 24 bits each."""


def encode_webp(
    animation: Animation, preset: WebpPreset, detector: FlashDetector | None = None, *, loop: int = 0
) -> tuple[bytes, int]:
    """Encode an animation as WebP; return the file and its number of frames (equal neighbours are merged).

    Args:
        animation: frames of sRGB pixels on one canvas, each with or without a fourth channel: straight alpha.
        preset: settings of the codec.
        detector: receives every frame as a decoder shows it.
        loop: how often the animation plays, 0 to 65,535; 0 = for ever.
    """
    options = {
        "quality": preset.quality,
        "method": preset.method,
        "allow_mixed": preset.mixed,
        "alpha_quality": preset.alpha_quality,
    }
    check_animation(animation)
    file = save_webp(animation, loop=loop, **options, **_KEY_FRAMES)
    if detector is None:
        with Image.open(file) as image:
            return file.getvalue(), _frame_count(image)
    return file.getvalue(), detect_flashes(file, detector)


def save_webp(animation: Animation, *, loop: int = 0, **options: int) -> BytesIO:
    """Write an animation as WebP; each frame is drawn when the codec asks for it.

    Args:
        animation: as for `encode_webp`.
        loop: likewise.
        options: of Pillow's WebP writer.
    """
    file = BytesIO()
    delays_ms = [frame.delay_cs * 10 for frame in animation.frames]
    frames = _FrameSequence(animation)
    frames.save(file, "WEBP", save_all=True, duration=delays_ms, loop=loop, **options)
    if frames.have_alpha:
        _set_alpha_flag(file)
    return file


def _set_alpha_flag(file: BytesIO) -> None:
    """Mark the canvas as transparent.

    The codec crops each frame to its visible box. If all boxes are opaque, it writes a file without the flag,
    and decoders show the canvas around them as opaque.

    Source: https://www.rfc-editor.org/rfc/rfc9649#section-2.7.1 (extended file header)
    """
    data = file.getbuffer()
    if bytes(data[12:16]) == b"VP8X":
        data[20] |= _ALPHA_FLAG


def webp_with_delays(data: bytes, delays_cs: Sequence[int]) -> bytes:
    """Return an animated WebP with other delays.

    Args:
        data: the file.
        delays_cs: display time of each frame, at most 1,677,721 centiseconds.

    Raises:
        ValueError: there is not one delay for each frame.

    Source: https://www.rfc-editor.org/rfc/rfc9649#section-2.7.1.1 (animation)
    """
    changed = bytearray(data)
    for at, delay_cs in zip(_duration_positions(data), delays_cs, strict=True):
        changed[at : at + 3] = (delay_cs * 10).to_bytes(3, "little")
    return bytes(changed)


def _duration_positions(data: bytes) -> Iterator[int]:
    """Yield the position of the duration in each frame's chunk, a number of 24 bits."""
    at = _FILE_HEADER_BYTES
    while at < len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind == b"ANMF":
            yield at + 8 + _DURATION_AT
        at += 8 + size + size % 2


def detect_flashes(file: BytesIO, detector: FlashDetector) -> int:
    """Decode a WebP frame by frame for the flash detector; return its number of frames."""
    with Image.open(file) as image:
        for picture in ImageSequence.Iterator(image):
            pixels = np.asarray(picture.convert("RGBA"))  # loads the frame: only then is its duration known
            delay_cs = int(picture.info.get("duration", 0)) // 10
            detector.add_transparent_pixels(pixels, delay_cs)
        return _frame_count(image)


def _frame_count(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))


class _FrameSequence(Image.Image):
    """The frames of an animation as one of Pillow's image sequences, so that only one frame is in memory.

    Pillow's writer takes every frame by `seek`, `mode` and `getim`, which are public.

    Attributes:
        n_frames: number of frames.
        have_alpha: whether any frame drawn so far has an alpha channel.
    """

    def __init__(self, animation: Animation) -> None:
        super().__init__()
        self.n_frames = len(animation.frames)
        self.have_alpha = False
        self._animation = animation
        self._at = 0
        self._drawn: tuple[int, Image.Image] | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self._animation.size

    @property
    def mode(self) -> str:
        return self._frame().mode

    def seek(self, frame: int) -> None:
        """Select a frame. It is drawn only when it is used: at the end, Pillow returns to the first."""
        self._at = frame

    def tell(self) -> int:
        return self._at

    def getim(self) -> object:
        return self._frame().getim()

    def _frame(self) -> Image.Image:
        if self._drawn is None or self._drawn[0] != self._at:
            self._drawn = None  # two frames would take twice the memory
            self._drawn = self._at, Image.fromarray(self._animation.canvas(self._at))
            self.have_alpha |= self._drawn[1].has_transparency_data
        return self._drawn[1]
