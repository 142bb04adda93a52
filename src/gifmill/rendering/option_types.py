"""Types of names and options; `make reference` writes them from the registry."""

from __future__ import annotations

from typing import Literal, TypedDict

type EffectName = Literal[
    "blur",
    "recursive",
    "cyclic",
    "shake",
    "party",
    "glitch",
    "pat",
    "spin",
    "bounce",
    "zoom",
    "wiggle",
    "swirl",
    "kaleidoscope",
    "reveal",
    "droste",
    "ripple",
    "intensifies",
    "heartbeat",
    "jello",
    "flip",
    "slide",
    "dissolve",
    "neon",
    "confetti",
    "sunglasses",
]
"""The name of a built-in effect."""

type PackName = Literal["classic", "emoji", "reactions", "calm", "all"]
"""The name of a pack of effects."""

type PresetName = Literal["fast", "small", "balanced", "crisp", "smooth"]
"""The name of a preset of the encoder."""

type PlatformName = Literal[
    "slack-emoji", "discord-emoji", "discord", "github", "twitch", "giphy", "whatsapp-sticker", "x"
]
"""The name of a platform, whose limits the file meets."""

type FormatName = Literal["gif", "webp"]
"""The name of a file format."""


class CommonOptions(TypedDict, total=False):
    """Options of all effects."""

    background: str | tuple[int, int, int] | None
    calm: bool
    caption: str | None
    caption_motion: Literal["static", "typewriter", "wave", "shake"]
    caption_place: Literal["bottom", "top"]
    caption_style: Literal["outline", "bar"]
    crop: Literal["none", "square"] | None
    focus: Literal["found", "centre", "top", "bottom", "left", "right"] | tuple[float, float] | None
    target: PlatformName | Literal["anywhere"]
    format: FormatName | None
    fps: int | None
    frames: int | None
    loop: int
    max_bytes: int | None
    preset: PresetName
    size: int | None
    allow_flashing: bool


class SharedOptions(CommonOptions, total=False):
    """Options of all effects, and parameters that all built-in effects have."""

    duration: float


class BlurOptions(CommonOptions, total=False):
    """Options of `blur`."""

    duration: float


class RecursiveOptions(CommonOptions, total=False):
    """Options of `recursive`."""

    easing: Literal["steps", "eased"]
    duration: float


class CyclicOptions(CommonOptions, total=False):
    """Options of `cyclic`."""

    easing: Literal["steps", "eased"]
    duration: float


class ShakeOptions(CommonOptions, total=False):
    """Options of `shake`."""

    strength: int
    seed: int
    duration: float


class PartyOptions(CommonOptions, total=False):
    """Options of `party`."""

    strength: int
    duration: float


class GlitchOptions(CommonOptions, total=False):
    """Options of `glitch`."""

    strength: int
    seed: int
    duration: float


class PatOptions(CommonOptions, total=False):
    """Options of `pat`."""

    strength: int
    duration: float


class SpinOptions(CommonOptions, total=False):
    """Options of `spin`."""

    turns: int
    direction: Literal["clockwise", "anticlockwise"]
    cut: Literal["circle", "canvas"]
    duration: float


class BounceOptions(CommonOptions, total=False):
    """Options of `bounce`."""

    strength: int
    duration: float


class ZoomOptions(CommonOptions, total=False):
    """Options of `zoom`."""

    strength: int
    duration: float


class WiggleOptions(CommonOptions, total=False):
    """Options of `wiggle`."""

    strength: int
    duration: float


class SwirlOptions(CommonOptions, total=False):
    """Options of `swirl`."""

    form: Literal["twist", "wave"]
    strength: int
    duration: float


class KaleidoscopeOptions(CommonOptions, total=False):
    """Options of `kaleidoscope`."""

    wedges: int
    duration: float


class RevealOptions(CommonOptions, total=False):
    """Options of `reveal`."""

    blocks: int
    duration: float


class DrosteOptions(CommonOptions, total=False):
    """Options of `droste`."""

    shrink: float
    arms: int
    duration: float


class RippleOptions(CommonOptions, total=False):
    """Options of `ripple`."""

    strength: int
    drops: int
    duration: float


class IntensifiesOptions(CommonOptions, total=False):
    """Options of `intensifies`."""

    strength: int
    seed: int
    duration: float


class HeartbeatOptions(CommonOptions, total=False):
    """Options of `heartbeat`."""

    strength: int
    shape: Literal["canvas", "heart"]
    duration: float


class JelloOptions(CommonOptions, total=False):
    """Options of `jello`."""

    strength: int
    duration: float


class FlipOptions(CommonOptions, total=False):
    """Options of `flip`."""

    axis: Literal["vertical", "horizontal"]
    flips: int
    duration: float


class SlideOptions(CommonOptions, total=False):
    """Options of `slide`."""

    towards: Literal["left", "right", "up", "down"]
    duration: float


class DissolveOptions(CommonOptions, total=False):
    """Options of `dissolve`."""

    towards: Literal["left", "right", "up", "down"]
    seed: int
    duration: float


class NeonOptions(CommonOptions, total=False):
    """Options of `neon`."""

    strength: int
    detail: int
    duration: float


class ConfettiOptions(CommonOptions, total=False):
    """Options of `confetti`."""

    kind: Literal["confetti", "hearts", "rain", "snow", "sparkle"]
    amount: int
    seed: int
    duration: float


class SunglassesOptions(CommonOptions, total=False):
    """Options of `sunglasses`."""

    style: Literal["pixel", "classic"]
    scale: int
    duration: float
