"""Input for peer encoders: full canvases with their true delays, in memory and as files for commands."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import delays_cs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gifmill.animation import Animation, Pixels


class PeerInput:
    """One animation in every form that other encoders accept.

    Files are written at their first use; `write` writes all of them before the clock starts.

    Attributes:
        canvases: full canvases, sRGB pixels of one size.
        images: the canvases as Pillow images.
        delays_cs: delay of each canvas, in centiseconds.
        slots: delay of each canvas in slots of equal length, for encoders with a fixed frame rate.
        folder: folder of the files.
    """

    def __init__(self, canvases: Sequence[Pixels], delays: Sequence[int], folder: Path) -> None:
        self.canvases = tuple(canvases)
        self.images = [Image.fromarray(canvas) for canvas in canvases]
        self.delays_cs = tuple(delays)
        self.slots = slots(delays)
        self.folder = folder

    @classmethod
    def from_animation(cls, animation: Animation, folder: Path) -> PeerInput:
        """Compose the frames of an animation to full canvases."""
        canvases = [animation.canvas(index) for index in range(len(animation.frames))]
        return cls(canvases, [frame.delay_cs for frame in animation.frames], folder)

    @property
    def width(self) -> int:
        """The width in pixels."""
        return self.images[0].width

    @property
    def height(self) -> int:
        """The height in pixels."""
        return self.images[0].height

    @property
    def rate(self) -> Fraction:
        """The fixed frame rate, in slots a second."""
        return Fraction(100 * sum(self.slots), sum(self.delays_cs))

    @property
    def output(self) -> Path:
        """The path to which a command writes its GIF."""
        return self.folder / "out.gif"

    @cached_property
    def raw(self) -> Path:
        """All canvases in one file, 3 bytes a pixel."""
        path = self.folder / "all.rgb"
        path.write_bytes(b"".join(canvas.tobytes() for canvas in self.canvases))
        return path

    @cached_property
    def raws(self) -> list[Path]:
        """Each canvas in a file, 3 bytes a pixel."""
        paths = [self.folder / f"{index:03}.rgb" for index in range(len(self.canvases))]
        for path, canvas in zip(paths, self.canvases, strict=True):
            path.write_bytes(np.ascontiguousarray(canvas))
        return paths

    @cached_property
    def pngs(self) -> list[Path]:
        """Each canvas as a PNG file."""
        paths = [self.folder / f"{index:03}.png" for index in range(len(self.canvases))]
        for path, image in zip(paths, self.images, strict=True):
            image.save(path, compress_level=1)
        return paths

    @property
    def pillow(self) -> Path:
        """The path of Pillow's GIF, for peers that start from it."""
        return self.folder / "pillow.gif"

    def write(self) -> None:
        """Write all files."""
        _ = self.raw, self.raws, self.pngs


def save_all(images: Sequence[Image.Image], delays: Sequence[int]) -> bytes:
    """Encode an endlessly looping GIF with Pillow. Delays are in centiseconds."""
    file = BytesIO()
    first, *others = images
    delays_ms = [delay * 10 for delay in delays]
    first.save(file, "GIF", save_all=True, append_images=others, duration=delays_ms, loop=0)
    return file.getvalue()


def slots(delays: Sequence[int]) -> tuple[int, ...]:
    """Express delays in the fewest slots of equal length, rounded as `delays_cs` distributes a duration.

    Raises:
        ValueError: no slots of at least 1 cs give these delays.
    """
    whole = sum(delays)
    for count in range(len(delays), whole + 1):
        shares = [max(1, round(delay * count / whole)) for delay in delays]
        if sum(shares) == count and list(delays_cs(whole, shares)) == list(delays):
            return tuple(shares)
    raise ValueError(f"no fixed frame rate shows the delays {list(delays)}")
