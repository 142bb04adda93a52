"""The two formats behind one face, and what each can give up for bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from gifmill.gif import PRESETS, FlashDetector, encode_animation
from gifmill.rendering.webp import WEBP_PRESETS, encode_webp

if TYPE_CHECKING:
    from gifmill.animation import Animation
    from gifmill.gif import Preset
    from gifmill.rendering.webp import WebpPreset


@dataclass(frozen=True, slots=True)
class Encoded:
    """What an animation became.

    Attributes:
        data: the whole file.
        frames: how many it has; equal neighbours are one.
        flashes: how often it flashes: see `FlashDetector.max_changes_per_second`.
    """

    data: bytes
    frames: int
    flashes: int


class Coding(Protocol):
    """One way to write an animation."""

    def encode(self, animation: Animation) -> Encoded:
        """The file, watched for flashes as it is written."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What can be given up, from what is missed least to what is missed most."""

    @property
    def features(self) -> dict[str, int]:
        """What quality it has, by words around a number such as "{} colours"."""


class Stage(NamedTuple):
    """What is given up together.

    Attributes:
        frames: at most so many remain; None is all.
        share: the bytes of a frame that remain, as a part of those of the coding that was asked for. From
            there a search begins; it learns the rest.
        coding: with less quality than that.
    """

    frames: int | None
    share: float
    coding: Coding


@dataclass(frozen=True, slots=True)
class GifCoding:
    """A GIF by one preset."""

    preset: Preset

    def encode(self, animation: Animation) -> Encoded:
        """The file, watched for flashes as it is written."""
        detector = FlashDetector(animation.size)
        data, frames = encode_animation(animation, self.preset, detector)
        return Encoded(data, frames, detector.max_changes_per_second())

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Fewer colours and more loss, all without dither, which costs bytes."""
        same = [level for level in _GIF_SHARES if self._lowered(*level).features == self.features]
        own = min((_GIF_SHARES[level] for level in same), default=1.0)
        return tuple(
            Stage(frames, _GIF_SHARES[level] / own, self._lowered(*level))
            for frames, levels in _GIF_STAGES
            for level in levels
        )

    @property
    def features(self) -> dict[str, int]:
        """Colours and loss."""
        return {"{} colours": self.preset.colours, "lossiness {}": round(self.preset.lossiness * _LOSS)}

    def _lowered(self, colours: int, loss: int) -> GifCoding:
        least, most = min(self.preset.colours, colours), max(self.preset.lossiness, loss / _LOSS)
        return GifCoding(
            replace(self.preset, colours=least, exact=False, lossiness=most, dither=0.0, common_palette=False)
        )


_LOSS = 10_000
"""`Preset.snap` is told to people in ten-thousandths."""

_GIF_SHARES: dict[tuple[int, int], float] = {
    (256, 3): 0.93,
    (192, 3): 0.86,
    (128, 3): 0.78,
    (96, 3): 0.72,
    (96, 10): 0.63,
    (80, 10): 0.6,
    (64, 10): 0.57,
    (48, 10): 0.51,
    (32, 20): 0.41,
    (16, 20): 0.28,
    (4, 20): 0.12,
}
"""Of bytes, for colours and loss. A little of both costs less quality than much of either: for the bytes of
256 colours with a loss of 10, (128, 3) has a dE of 0.94 instead of 1.10; for those of 32 colours without one,
(64, 10) has 1.3 points more of SSIMULACRA2. Measured at 128 px, on eight animations."""

_GIF_STAGES: tuple[tuple[int | None, tuple[tuple[int, int], ...]], ...] = (
    (None, ((256, 3), (192, 3), (128, 3), (96, 3), (96, 10), (80, 10))),
    (18, ((128, 3), (96, 3), (96, 10), (80, 10), (64, 10), (48, 10))),
    (12, ((96, 3), (96, 10), (80, 10), (64, 10), (48, 10), (32, 20))),
    (8, ((48, 10), (32, 20), (16, 20))),
    (4, ((32, 20), (16, 20))),
    (2, ((4, 20),)),
)
"""How many frames remain, and with which colours and loss. With fewer than 80 colours a photo begins to look
like a poster, and that is worse to look at than a quarter of the frames less: judged on contact sheets of
emojis of 128,000 bytes."""


@dataclass(frozen=True, slots=True)
class WebpCoding:
    """A WebP by one preset."""

    preset: WebpPreset

    def encode(self, animation: Animation) -> Encoded:
        """The file, watched for flashes as a decoder shows it."""
        detector = FlashDetector(animation.size)
        data, frames = encode_webp(animation, self.preset, detector)
        return Encoded(data, frames, detector.max_changes_per_second())

    @property
    def stages(self) -> tuple[Stage, ...]:
        """A lower quality."""
        own = min(
            (share for quality, share in _WEBP_SHARES.items() if quality >= self.preset.quality), default=1
        )
        return tuple(
            Stage(frames, _WEBP_SHARES[quality] / own, self._lowered(quality))
            for frames, qualities in _WEBP_STAGES
            for quality in qualities
        )

    @property
    def features(self) -> dict[str, int]:
        """The codec's own scale."""
        return {"quality {}": self.preset.quality}

    def _lowered(self, quality: int) -> WebpCoding:
        return WebpCoding(replace(self.preset, quality=min(self.preset.quality, quality)))


_WEBP_SHARES: dict[int, float] = {
    90: 1.0,
    85: 0.75,
    80: 0.6,
    75: 0.53,
    70: 0.47,
    65: 0.43,
    60: 0.39,
    55: 0.365,
    50: 0.34,
    45: 0.315,
    40: 0.29,
    30: 0.24,
    20: 0.19,
    10: 0.14,
    0: 0.08,
}
"""Of bytes, for the codec's quality: measured at 512 px."""

_WEBP_STAGES: tuple[tuple[int | None, tuple[int, ...]], ...] = (
    (None, (90, 85, 80, 75, 70, 65, 60, 55, 50, 45, 40)),
    (18, (50, 45, 40, 30)),
    (12, (50, 40, 30, 20)),
    (8, (30, 20, 10)),
    (4, (10, 0)),
    (2, (0,)),
)
"""How many frames remain, and with which quality. Below 40 the codec's blocks show."""


def coding_of(format_name: str, preset: str) -> Coding:
    """The way to write a format by a preset that has been checked."""
    return WebpCoding(WEBP_PRESETS[preset]) if format_name == "webp" else GifCoding(PRESETS[preset])
