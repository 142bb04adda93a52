"""The encoders of both file formats, with the quality reductions of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gifmill.gif import PRESETS, FlashDetector, encode_animation, one_bit_alpha, with_delays
from gifmill.rendering.encoded_file import EncodedFile, Reduction
from gifmill.rendering.webp import WEBP_PRESETS, encode_webp, webp_with_delays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Animation, Pixels
    from gifmill.gif import Preset
    from gifmill.rendering.encoded_file import Encoder
    from gifmill.rendering.webp import WebpPreset


@dataclass(frozen=True, slots=True)
class GifEncoder:
    """The GIF encoder with one preset.

    Attributes:
        preset: the settings.
        loop: how often the animation plays; 0 = for ever.
    """

    preset: Preset
    loop: int = 0

    def encode(self, animation: Animation) -> EncodedFile:
        """Encode an animation, and measure its flashes on the way."""
        detector = FlashDetector(animation.size)
        data, _ = encode_animation(animation, self.preset, detector, loop=self.loop)
        return EncodedFile(data, tuple(detector.delays_cs), detector.measure())

    def with_delays(self, encoded: EncodedFile, delays_cs: Sequence[int]) -> EncodedFile:
        """Return the same file with other delays, without another encode."""
        data = with_delays(encoded.data, delays_cs)
        return replace(encoded, data=data, delays_cs=tuple(delays_cs))

    def shown(self, pixels: Pixels) -> Pixels:
        """Return pixels that are opaque or fully transparent."""
        return one_bit_alpha(pixels)

    @property
    def reductions(self) -> tuple[Reduction, ...]:
        """Fewer colours and more lossiness, all without dither, which costs bytes."""
        same = [level for level in _GIF_SHARES if self._reduced(*level).features == self.features]
        own = min((_GIF_SHARES[level] for level in same), default=1.0)
        return tuple(
            Reduction(frames, _GIF_SHARES[level] / own, self._reduced(*level))
            for frames, levels in _GIF_REDUCTIONS
            for level in levels
        )

    @property
    def features(self) -> dict[str, int]:
        """Number of colours, and lossiness."""
        return {
            "{} colours": self.preset.colours,
            "lossiness {}": round(self.preset.lossiness * _LOSSINESS_SCALE),
        }

    def _reduced(self, colours: int, loss: int) -> GifEncoder:
        reduced = replace(
            self.preset,
            colours=min(self.preset.colours, colours),
            lossiness=max(self.preset.lossiness, loss / _LOSSINESS_SCALE),
            exact=False,
            dither=0.0,
        )
        return replace(self, preset=reduced)


_LOSSINESS_SCALE = 10_000
"""`Preset.lossiness` is shown to users in ten-thousandths."""

_GIF_SHARES: dict[tuple[int, int], float] = {
    (256, 0): 1.42,
    (128, 0): 1.19,
    (256, 1): 1.18,
    (256, 4): 0.95,
    (256, 7): 0.84,
    (256, 10): 0.78,
    (128, 7): 0.76,
    (192, 10): 0.75,
    (128, 10): 0.7,
    (96, 10): 0.67,
    (96, 14): 0.63,
    (80, 14): 0.61,
    (64, 20): 0.54,
    (48, 30): 0.47,
    (32, 60): 0.38,
    (16, 120): 0.28,
    (4, 400): 0.15,
}
"""Share of the bytes of `balanced` for pairs of colours and lossiness, without dither: those of the presets,
and those of the reductions. A little of both costs less quality than much of either: for the bytes of 256
colours with a loss of 30, (128, 20) has 3 points more of SSIMULACRA2; (80, 14) has a lower dE than 48 colours
with a loss of 7, and 3 % fewer bytes. Measured at 128 px, on eight animations of the tuning photos, over 137
pairs."""

_GIF_REDUCTIONS: tuple[tuple[int | None, tuple[tuple[int, int], ...]], ...] = (
    (None, ((256, 7), (256, 10), (192, 10), (128, 10), (96, 10))),
    (18, ((256, 10), (192, 10), (128, 10), (96, 10), (96, 14), (80, 14))),
    (12, ((128, 10), (96, 10), (96, 14), (80, 14), (64, 20), (48, 30))),
    (8, ((80, 14), (64, 20), (48, 30), (32, 60))),
    (4, ((48, 30), (32, 60))),
    (2, ((16, 120), (4, 400))),
)
"""Maximum frames, each with pairs of colours and lossiness. With fewer than 80 colours a photo shows visible
posterisation, which looks worse than a quarter of the frames less: judged on contact sheets of emojis of
128,000 bytes. The last pairs down to 8 frames have about the dE and SSIMULACRA2 of those that were judged."""


@dataclass(frozen=True, slots=True)
class WebpEncoder:
    """The WebP encoder with one preset.

    Attributes:
        preset: the settings.
        loop: how often the animation plays; 0 = for ever.
    """

    preset: WebpPreset
    loop: int = 0

    def encode(self, animation: Animation) -> EncodedFile:
        """Encode an animation, and measure flashes in the decoded frames."""
        detector = FlashDetector(animation.size)
        data, _ = encode_webp(animation, self.preset, detector, loop=self.loop)
        return EncodedFile(data, tuple(detector.delays_cs), detector.measure())

    def with_delays(self, encoded: EncodedFile, delays_cs: Sequence[int]) -> EncodedFile:
        """Return the same file with other delays, without another encode."""
        data = webp_with_delays(encoded.data, delays_cs)
        return replace(encoded, data=data, delays_cs=tuple(delays_cs))

    def shown(self, pixels: Pixels) -> Pixels:
        """Return the pixels: all levels of alpha are stored."""
        return pixels

    @property
    def reductions(self) -> tuple[Reduction, ...]:
        """Lower codec qualities, and fewer frames."""
        own = min(
            (share for quality, share in _WEBP_SHARES.items() if quality >= self.preset.quality), default=1
        )
        return tuple(
            Reduction(frames, _WEBP_SHARES[quality] / own, self._reduced(quality))
            for frames, qualities in _WEBP_REDUCTIONS
            for quality in qualities
        )

    @property
    def features(self) -> dict[str, int]:
        """The codec's quality, 0 to 100."""
        return {"quality {}": self.preset.quality}

    def _reduced(self, quality: int) -> WebpEncoder:
        mixed = self.preset.mixed and quality >= _MIN_MIXED_QUALITY
        reduced = replace(
            self.preset,
            quality=min(self.preset.quality, quality),
            mixed=mixed,
            alpha_quality=100 if quality >= _EXACT_ALPHA_QUALITY else min(quality, _MAX_ALPHA_QUALITY),
        )
        return replace(self, preset=reduced)


_MIN_MIXED_QUALITY = 20
"""Below this quality no frame is stored without loss: frames of few colours would not get smaller."""


_EXACT_ALPHA_QUALITY, _MAX_ALPHA_QUALITY = 90, 50
"""Quality from which alpha is exact, and the highest alpha quality below it: exact alpha of soft edges takes
more bytes than their colours, and would leave a logo of a few pixels."""


_WEBP_SHARES: dict[int, float] = {
    98: 1.75,
    95: 1.4,
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
"""Share of bytes for each codec quality, measured at 512 px."""

_WEBP_REDUCTIONS: tuple[tuple[int | None, tuple[int, ...]], ...] = (
    (None, (95, 90, 85, 80, 75, 70, 65, 60, 55, 50, 45, 40)),
    (18, (50, 45, 40, 30)),
    (12, (50, 40, 30, 20)),
    (8, (30, 20, 10)),
    (4, (10, 0)),
    (2, (0,)),
)
"""Maximum frames, each with codec qualities. Below 40 block artefacts are visible."""


def encoder_for(format_name: str, preset: str, loop: int = 0) -> Encoder:
    """Return the encoder of a format with a preset; both must be valid names.

    Args:
        format_name: "gif" or "webp".
        preset: name of the preset.
        loop: how often the animation plays, 0 to 65,535; 0 = for ever.
    """
    if format_name == "webp":
        return WebpEncoder(WEBP_PRESETS[preset], loop)
    return GifEncoder(PRESETS[preset], loop)
