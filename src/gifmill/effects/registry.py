"""The registry of effects, with their parameters.

Help, validation, the page's controls, GET /v1/effects and the docs all derive from `EFFECTS`. A new effect is
one pure function and one entry here. Importing the registry imports no numpy: the function of an effect is
imported when it renders.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from gifmill.effects.caption_params import CAPTION
from gifmill.effects.effect import Effect
from gifmill.effects.effect_table import EffectTable
from gifmill.effects.params import Choice, Number
from gifmill.effects.shared_params import BACKGROUND, EFFECT_FOCUS, SEED, STRENGTH, duration, effect_focus
from gifmill.effects.stepped_effects import STEPPED

_moving = partial(Effect, takes_alpha=True, takes_frames=True)
"""An effect that draws any number of frames."""

EFFECTS = EffectTable(
    *STEPPED,
    _moving(
        "shake",
        "Shakes the photo in place",
        ".shake",
        (STRENGTH, SEED, duration(1.4)),
        {"strength": 15, "duration": 2.8},
    ),
    _moving(
        "party",
        "Cycles the photo through all colours",
        ".hue_rotation",
        (STRENGTH, duration(2)),
        {"strength": 20, "duration": 5.0},
    ),
    _moving(
        "glitch",
        "Distorts the photo like a worn video tape",
        ".glitch",
        (STRENGTH, SEED, duration(2.4)),
        {"strength": 20, "duration": 5.0},
    ),
    _moving(
        "pat",
        "A hand pats the photo",
        ".pat",
        (STRENGTH, effect_focus("where the hand pats; found detects the subject"), BACKGROUND, duration(0.8)),
        {"strength": 25, "duration": 1.6},
        max_aspect=2,
    ),
    _moving(
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
            effect_focus("centre of the circle; found detects the subject"),
            BACKGROUND,
            duration(2.8),
        ),
        {"duration": 5.0},
        max_aspect=2,
    ),
    _moving(
        "bounce",
        "Bounces the photo like a rubber ball",
        ".motion",
        (STRENGTH, BACKGROUND, duration(1)),
        {"strength": 20, "duration": 2.0},
        max_aspect=2,
    ),
    _moving(
        "zoom",
        "Zooms slowly in and out",
        ".motion",
        (STRENGTH, EFFECT_FOCUS, duration(3)),
        {"strength": 20, "duration": 5.0},
    ),
    _moving(
        "wiggle",
        "Moves foreground and background apart, for a 3D look",
        ".parallax",
        (STRENGTH, effect_focus("what is in the foreground; found detects the subject"), duration(1.2)),
        {"strength": 20, "duration": 2.4},
    ),
    _moving(
        "swirl",
        "Twists the photo around a point, or sends waves through it",
        ".warp",
        (
            Choice("form", "twist around a point, or waves across the photo", "twist", ("twist", "wave")),
            STRENGTH,
            EFFECT_FOCUS,
            duration(2.4),
        ),
        {"strength": 20, "duration": 5.0},
        max_aspect=3,
    ),
    _moving(
        "kaleidoscope",
        "Mirrors a wedge of the photo into a kaleidoscope",
        ".warp",
        (
            Number("wedges", "number of wedges, each next to its mirror image", 6, 3, 12),
            EFFECT_FOCUS,
            duration(2.4),
        ),
        {"duration": 6.0},
        max_aspect=2,
    ),
    _moving(
        "reveal",
        "Dissolves the photo into blocks and back",
        ".reveal",
        (Number("blocks", "blocks across at the coarsest step", 8, 2, 32), duration(3)),
        {"duration": 6.0},
    ),
    _moving(
        "droste",
        "Zooms endlessly into a photo within the photo",
        ".droste",
        (
            Number("shrink", "size ratio of each photo to the one inside it", 4.0, 2, 16, 0.5),
            Number("arms", "arms of the spiral; 0 = zoom straight in", 1, 0, 3),
            effect_focus("point to zoom into; found is next to the detected subject"),
            duration(2.4),
        ),
        {"duration": 6.0},
        max_aspect=2.5,
    ),
    _moving(
        "ripple",
        "Lets drops fall on water above the photo",
        ".ripple",
        (
            STRENGTH,
            Number("drops", "drops in one loop", 3, 1, 5),
            effect_focus("where the first drop falls; found detects the subject"),
            duration(3),
        ),
        {"strength": 15, "drops": 1, "duration": 5.0},
    ),
    _moving(
        "intensifies",
        "Shakes the photo more and more as it comes closer",
        ".intensifies",
        (STRENGTH, SEED, EFFECT_FOCUS, replace(CAPTION, default="[intensifies]"), duration(2.4)),
        {"strength": 15, "duration": 4.8},
    ),
    _moving(
        "heartbeat",
        "Lets the photo beat like a heart",
        ".heartbeat",
        (
            STRENGTH,
            Choice("shape", "the whole canvas, or a heart cut out of it", "canvas", ("canvas", "heart")),
            EFFECT_FOCUS,
            BACKGROUND,
            duration(1.2),
        ),
        {"strength": 20, "duration": 2.4},
    ),
    _moving(
        "jello",
        "Wobbles the photo like jelly",
        ".jello",
        (STRENGTH, BACKGROUND, duration(1.4)),
        {"strength": 20, "duration": 2.8},
    ),
    _moving(
        "flip",
        "Turns the photo over like a card",
        ".flip",
        (
            Choice("axis", "axis of the rotation", "vertical", ("vertical", "horizontal")),
            Number("flips", "half rotations in one loop", 1, 1, 6),
            BACKGROUND,
            duration(1.6),
        ),
        {"duration": 4.0},
    ),
    _moving(
        "slide",
        "Slides the photo across the canvas without an end",
        ".slide",
        (
            Choice("towards", "where the photo moves", "left", ("left", "right", "up", "down")),
            duration(2.4),
        ),
        {"duration": 8.0},
    ),
    _moving(
        "dissolve",
        "Blows the photo away, grain by grain, and back",
        ".dissolve",
        (
            Choice("towards", "where the wind blows", "left", ("left", "right", "up", "down")),
            SEED,
            BACKGROUND,
            duration(3),
        ),
        {"duration": 6.0},
    ),
    _moving(
        "neon",
        "Turns the contours of the photo into neon lights",
        ".neon",
        (STRENGTH, Number("detail", "number of lines", 50, 1, 100, 1, "%"), duration(2.4)),
        {"strength": 20, "duration": 6.0},
    ),
    _moving(
        "confetti",
        "Confetti, hearts, rain, snow or sparkles around the subject",
        ".confetti",
        (
            Choice("kind", "kind of particle", "confetti", ("confetti", "hearts", "rain", "snow", "sparkle")),
            Number("amount", "amount of particles", 50, 1, 100, 1, "%"),
            SEED,
            duration(3),
        ),
        {"amount": 20, "duration": 5.0},
    ),
    _moving(
        "sunglasses",
        "Drops sunglasses onto the eyes",
        ".sunglasses",
        (
            Choice("style", "pixel art, or smooth with tinted lenses", "pixel", ("pixel", "classic")),
            Number("scale", "width of the sunglasses; 100 fits the face", 100, 50, 200, 5, "%"),
            effect_focus("where the sunglasses sit; found detects the eyes"),
            duration(3),
        ),
        {"duration": 6.0},
    ),
)
"""The built-in effects, in the order in which they are listed; `EFFECTS["spin"]` is one of them."""
