"""Functions as effects: `render` takes a function in place of a name."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING

from gifmill.animation import Animation
from gifmill.effects import Effect
from gifmill.rendering.options import FRAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gifmill.effects import Param, Value
    from gifmill.photo import Photo


def effect_of_function(
    function: Callable[..., Animation],
    params: Mapping[str, object],
    common: Sequence[Param],
    *,
    takes_alpha: bool,
) -> Effect:
    """Return an effect that calls a function with these parameters.

    Args:
        function: the function.
        params: its own parameters.
        common: common options that are given, for the function if it has such parameters.
        takes_alpha: whether the function gets a photo with alpha as it is.
    """
    name = str(getattr(function, "__name__", type(function).__name__))
    try:
        accepted = frozenset(signature(function).parameters)
    except ValueError:  # a function that is not written in Python may have none
        accepted = frozenset()

    def animate(photo: Photo, **common: Value) -> Animation:
        animation = function(photo, **params, **common)
        if not isinstance(animation, Animation):
            raise TypeError(f"The effect {name} returned {type(animation).__name__}, not an Animation.")
        return animation

    own = tuple(param for param in common if param.name in accepted)
    return Effect(
        name,
        "",
        "",
        own,
        function=animate,
        takes_frames=FRAMES.name in accepted,
        takes_alpha=takes_alpha,
    )
