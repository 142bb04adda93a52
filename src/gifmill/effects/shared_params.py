"""Parameters that several effects share. Two of them are also common options: `FOCUS` and `BACKGROUND`."""

from __future__ import annotations

from dataclasses import replace

from gifmill.effects.background import Background
from gifmill.effects.params import Focus, Number


def duration(seconds: float) -> Number:
    """Return the parameter `duration` with a default in seconds."""
    return Number("duration", "length of one loop", float(seconds), 0.2, 10, 0.1, "s")


STRENGTH = Number("strength", "strength of the effect", 50, 1, 100, 1, "%")

SEED = Number("seed", "random seed; the same seed gives the same GIF", 1, 0, 9999)

FOCUS = Focus(
    "focus",
    "centre of the effect and of a square crop; found detects the subject",
    "found",
    ("found", "centre", "top", "bottom", "left", "right"),
)
"""The common option `focus`; also a parameter of the effects that need a centre."""


def effect_focus(summary: str) -> Focus:
    """Return the parameter `focus` of an effect with a meaning of its own."""
    return replace(FOCUS, summary=summary)


EFFECT_FOCUS = effect_focus("centre of the effect; found detects the subject")

BACKGROUND = Background(
    "background",
    "colour behind the photo; auto = none if the photo is transparent, otherwise the effect's own",
    "auto",
    ("auto", "none"),
)
"""The common option `background`; also a parameter of effects that leave parts of the canvas uncovered."""
