"""The registry of effects, with their parameters, and of packs.

Help, validation, the page's controls, GET /v1/effects and the docs all derive from `EFFECTS`. A new effect is
one pure function and one entry here. Importing the registry imports no numpy: the function of an effect is
imported when it renders.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gifmill.effects.effect import Effect
from gifmill.effects.effect_table import EffectTable
from gifmill.effects.params import Choice, Focus, Number

if TYPE_CHECKING:
    from gifmill.effects.params import Value


def _duration(seconds: float) -> Number:
    return Number("duration", "length of one loop", float(seconds), 0.5, 10, 0.1, "s")


_STRENGTH = Number("strength", "strength of the effect", 50, 1, 100, 1, "%")
_SEED = Number("seed", "random seed; the same seed gives the same GIF", 1, 0, 9999)
FOCUS = Focus(
    "focus",
    "centre of the effect and of a square crop; found detects the subject",
    "found",
    ("found", "centre", "top", "bottom", "left", "right"),
)
"""The common option `focus`; also a parameter of the effects that need a centre."""

_FOCUS = replace(FOCUS, summary="centre of the effect; found detects the subject")

EFFECTS = EffectTable(
    Effect(
        "blur",
        "Starts as a coarse mosaic and sharpens into the photo",
        ".classic_pack",
        (_duration(3),),
        {"duration": 6.0},
    ),
    Effect(
        "recursive",
        "Fills the photo with ever smaller copies of itself",
        ".classic_pack",
        (_duration(3),),
        {"duration": 6.0},
    ),
    Effect(
        "cyclic",
        "Builds the photo out of tiny copies of itself",
        ".classic_pack",
        (_duration(3),),
        {"duration": 6.0},
    ),
    Effect(
        "shake",
        "Shakes the photo in place",
        ".motion",
        (_STRENGTH, _SEED, _duration(1.4)),
        {"strength": 15, "duration": 2.8},
        takes_frames=True,
    ),
    Effect(
        "party",
        "Cycles the photo through all colours",
        ".hue_rotation",
        (_STRENGTH, _duration(2)),
        {"strength": 20, "duration": 5.0},
        takes_frames=True,
    ),
    Effect(
        "glitch",
        "Distorts the photo like a worn video tape",
        ".glitch",
        (_STRENGTH, _SEED, _duration(2.4)),
        {"strength": 20, "duration": 5.0},
        takes_frames=True,
    ),
    Effect(
        "pat",
        "A hand pats the photo",
        ".pat",
        (
            _STRENGTH,
            replace(_FOCUS, summary="where the hand pats; found detects the subject"),
            _duration(0.8),
        ),
        {"strength": 25, "duration": 1.6},
        takes_frames=True,
    ),
    Effect(
        "spin",
        "Spins the photo around its centre",
        ".motion",
        (
            Number("turns", "full rotations in one loop", 1, 1, 4),
            Choice("direction", "direction of rotation", "clockwise", ("clockwise", "anticlockwise")),
            Choice(
                "cut",
                "shape of the rotating photo: a circle, or the whole canvas",
                "circle",
                ("circle", "canvas"),
            ),
            replace(_FOCUS, summary="centre of the circle; found detects the subject"),
            _duration(2.4),
        ),
        {"duration": 5.0},
        takes_frames=True,
    ),
    Effect(
        "bounce",
        "Bounces the photo like a rubber ball",
        ".motion",
        (_STRENGTH, _duration(1)),
        {"strength": 20, "duration": 2.0},
        takes_frames=True,
    ),
    Effect(
        "zoom",
        "Zooms slowly in and out",
        ".motion",
        (_STRENGTH, _FOCUS, _duration(3)),
        {"strength": 20, "duration": 5.0},
        takes_frames=True,
    ),
    Effect(
        "wiggle",
        "Moves foreground and background apart, for a 3D look",
        ".parallax",
        (
            _STRENGTH,
            replace(_FOCUS, summary="what is in the foreground; found detects the subject"),
            _duration(1.2),
        ),
        {"strength": 20, "duration": 2.4},
        takes_frames=True,
    ),
    Effect(
        "swirl",
        "Twists the photo around a point, or sends waves through it",
        ".warp",
        (
            Choice("form", "twist around a point, or waves across the photo", "twist", ("twist", "wave")),
            _STRENGTH,
            _FOCUS,
            _duration(2.4),
        ),
        {"strength": 20, "duration": 5.0},
        takes_frames=True,
    ),
    Effect(
        "kaleidoscope",
        "Mirrors a wedge of the photo into a kaleidoscope",
        ".warp",
        (Number("wedges", "number of wedges, each next to its mirror image", 6, 3, 12), _FOCUS, _duration(3)),
        {"duration": 6.0},
        takes_frames=True,
    ),
    Effect(
        "reveal",
        "Dissolves the photo into blocks and back",
        ".reveal",
        (Number("blocks", "blocks across at the coarsest step", 8, 2, 32), _duration(3)),
        {"duration": 6.0},
        takes_frames=True,
    ),
    Effect(
        "droste",
        "Zooms endlessly into a photo within the photo",
        ".droste",
        (
            Number("shrink", "size ratio of each photo to the one inside it", 4.0, 2, 16, 0.5),
            Number("arms", "arms of the spiral; 0 = zoom straight in", 1, 0, 3),
            replace(_FOCUS, summary="point to zoom into; found is next to the detected subject"),
            _duration(3),
        ),
        {"duration": 6.0},
        takes_frames=True,
    ),
)
"""The built-in effects, in the order in which they are listed; `EFFECTS["spin"]` is one of them."""

PACKS: dict[str, tuple[str, ...]] = {
    "classic": ("blur", "recursive", "cyclic"),
    "all": tuple(effect.name for effect in EFFECTS),
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
