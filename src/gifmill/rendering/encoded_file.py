"""An encoded animation, and the protocol of the encoders of both file formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Animation, Pixels
    from gifmill.gif import FlashMeasurement


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """An encoded animation.

    Attributes:
        data: the whole file.
        delays_cs: display time of each frame; equal consecutive frames are merged.
        flashes: the changes that can be seen as flashes.
    """

    data: bytes
    delays_cs: tuple[int, ...]
    flashes: FlashMeasurement

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.delays_cs)

    @property
    def is_safe(self) -> bool:
        """Whether it does not flash dangerously."""
        return self.flashes.is_safe(self.delays_cs)


class Encoder(Protocol):
    """An encoder with its settings."""

    @property
    def loop(self) -> int:
        """How often the animation plays; 0 = for ever."""

    def encode(self, animation: Animation) -> EncodedFile:
        """Encode an animation, and measure its flashes on the way."""

    def with_delays(self, encoded: EncodedFile, delays_cs: Sequence[int]) -> EncodedFile:
        """Return the same file with other delays, without another encode."""

    def shown(self, pixels: Pixels) -> Pixels:
        """Return pixels with the alpha that the format stores."""

    @property
    def reductions(self) -> tuple[Reduction, ...]:
        """The quality reductions, least visible first."""

    @property
    def features(self) -> dict[str, int]:
        """The quality settings, keyed by a text with a placeholder for the number, such as "{} colours"."""


class Reduction(NamedTuple):
    """A combination of quality reductions.

    Attributes:
        frames: maximum number of frames; None for all.
        share: estimated bytes per frame, as a share of those at the requested quality. The search starts from
            this estimate and corrects it.
        encoder: the encoder with reduced quality.
    """

    frames: int | None
    share: float
    encoder: Encoder
