"""Packs of effects, and their default options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.effects.registry import EFFECTS

if TYPE_CHECKING:
    from gifmill.effects.params import Value

PACKS: dict[str, tuple[str, ...]] = {
    "classic": ("blur", "recursive", "cyclic"),
    "all": EFFECTS.names,
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
    ),
}
"""The names of each pack's effects."""

PACK_OPTIONS: dict[str, dict[str, Value]] = {
    "emoji": {"crop": "square", "max_bytes": 128_000, "size": 128},
}
"""Default options of a pack, which the user can override."""
