"""Packs of effects, and their default options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.effects.registry import EFFECTS

if TYPE_CHECKING:
    from gifmill.effects.params import Value

PACKS: dict[str, tuple[str, ...]] = {
    "classic": ("blur", "recursive", "cyclic"),
    "emoji": (
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
        "intensifies",
        "heartbeat",
        "jello",
        "flip",
        "slide",
        "confetti",
        "sunglasses",
    ),
    "reactions": (
        "shake",
        "party",
        "pat",
        "spin",
        "bounce",
        "intensifies",
        "heartbeat",
        "jello",
        "confetti",
        "sunglasses",
    ),
    "calm": (
        "blur",
        "zoom",
        "wiggle",
        "kaleidoscope",
        "reveal",
        "ripple",
        "heartbeat",
        "slide",
        "dissolve",
    ),
    "all": EFFECTS.names,
}
"""The names of each pack's effects, each in the registry's order."""

PACK_OPTIONS: dict[str, dict[str, Value]] = {
    "emoji": {"background": "none", "crop": "square", "max_bytes": 128_000, "size": 128},
    "calm": {"calm": "yes"},
}
"""Default options of a pack, which the user can override."""
