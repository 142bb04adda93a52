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
    """One animation as every other encoder takes it.

    Files are written when they are first asked for; `write` does so for all, before any clock runs.

    Attributes:
        canvases: what is shown, sRGB pixels of one size.
        images: the same, as Pillow's.
        delays_cs: for each canvas how long it is shown, in centiseconds.
        slots: for each canvas its delay as a whole number of equal slots: what a fixed frame rate can show.
        folder: where its files are.
    """

    def __init__(self, canvases: Sequence[Pixels], delays: Sequence[int], folder: Path) -> None:
        self.canvases = tuple(canvases)
        self.images = [Image.fromarray(canvas) for canvas in canvases]
        self.delays_cs = tuple(delays)
        self.slots = slots(delays)
        self.folder = folder

    @classmethod
    def of(cls, animation: Animation, folder: Path) -> PeerInput:
        """The frames of an animation, laid on its canvas."""
        canvases = [animation.canvas(index) for index in range(len(animation.frames))]
        return cls(canvases, [frame.delay_cs for frame in animation.frames], folder)

    @property
    def width(self) -> int:
        """In pixels."""
        return self.images[0].width

    @property
    def height(self) -> int:
        """In pixels."""
        return self.images[0].height

    @property
    def rate(self) -> Fraction:
        """Slots a second."""
        return Fraction(100 * sum(self.slots), sum(self.delays_cs))

    @property
    def output(self) -> Path:
        """Where a command is to write its GIF."""
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
        """Where what Pillow wrote is kept for those who start from there."""
        return self.folder / "pillow.gif"

    def write(self) -> None:
        """Write all files."""
        _ = self.raw, self.raws, self.pngs


def save_all(images: Sequence[Image.Image], delays: Sequence[int]) -> bytes:
    """A GIF by Pillow that loops for ever."""
    file = BytesIO()
    first, *others = images
    delays_ms = [delay * 10 for delay in delays]
    first.save(file, "GIF", save_all=True, append_images=others, duration=delays_ms, loop=0)
    return file.getvalue()


def slots(delays: Sequence[int]) -> tuple[int, ...]:
    """The fewest equal slots that delays are made of, as `delays_cs` shares a duration among them.

    Raises:
        ValueError: they are not made of slots of at least 1 cs.
    """
    whole = sum(delays)
    for count in range(len(delays), whole + 1):
        shares = [max(1, round(delay * count / whole)) for delay in delays]
        if sum(shares) == count and list(delays_cs(whole, shares)) == list(delays):
            return tuple(shares)
    raise ValueError(f"no fixed frame rate shows the delays {list(delays)}")
