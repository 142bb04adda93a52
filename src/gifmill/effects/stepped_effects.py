"""The registry's entries of effects with a fixed number of frames, the classic ones."""

from __future__ import annotations

from functools import partial

from gifmill.effects.effect import Effect
from gifmill.effects.params import Choice
from gifmill.effects.shared_params import duration

_stepped = partial(Effect, takes_alpha=True)

_EASING = Choice(
    "easing",
    "steps shows each copy for the same time; eased lingers on the largest and the smallest",
    "steps",
    ("steps", "eased"),
)

STEPPED = (
    _stepped(
        "blur",
        "Sharpens a coarse mosaic into the photo",
        ".classic_pack",
        (duration(3),),
        {"duration": 6.0},
    ),
    _stepped(
        "recursive",
        "Fills the photo with ever smaller copies of itself",
        ".classic_pack",
        (_EASING, duration(3)),
        {"duration": 6.0},
    ),
    _stepped(
        "cyclic",
        "Builds the photo out of tiny copies of itself",
        ".classic_pack",
        (_EASING, duration(3)),
        {"duration": 6.0},
    ),
)
