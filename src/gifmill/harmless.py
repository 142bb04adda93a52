"""An effect of a photo as an animation that does not flash: as it was asked for, slower, or gentler."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from gifmill.frames import thinned
from gifmill.gif.flashes import MOST_CHANGES
from gifmill.params import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gifmill.codings import Coding, Encoded
    from gifmill.effects import Effect
    from gifmill.frames import Animation
    from gifmill.params import Value
    from gifmill.photo import Photo
    from gifmill.targets import Target

_SLOWEST = 2
"""Up to how many times slower an effect is still itself. What takes more is made gentler instead."""

_SAFE_DELAY_CS = 17
"""Of frames that last this long at most six begin within a second: with them nothing flashes too often."""

type Delay = Callable[[int], int]
"""Makes of a delay in centiseconds another one."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """An animation and the file that it became.

    Attributes:
        draw: makes the same animation of the photo at another size.
        animation: of the size that was asked for.
        encoded: its file, which does not flash.
        frames: how many it would have if any number were taken where it is to go.
        thinned: it has fewer, because fewer are.
        calmed: it would have flashed so that it can harm people; it is slower or gentler than was asked for.
    """

    draw: Callable[[Photo], Animation]
    animation: Animation
    encoded: Encoded
    frames: int
    thinned: bool
    calmed: bool = False


def harmless(
    effect: Effect, photo: Photo, values: Mapping[str, Value], coding: Coding, target: Target | None
) -> Made:
    """The effect as asked for, or where that flashes the first that does not: slower; gentle; frame by frame.

    Args:
        effect: what is made.
        photo: of the size that it is to have.
        values: the effect's parameters as they were asked for.
        coding: how it is written.
        target: where it is to go, if that is known.
    """

    def made(values: Mapping[str, Value], animation: Animation, delay: Delay = int) -> Made:
        def draw(photo: Photo) -> Animation:
            return _timed(_allowed(effect.animate(photo, **values), target), delay)

        shown = _timed(_allowed(animation, target), delay)
        encoded = coding.encode(shown)
        fewer = len(shown.frames) < len(animation.frames)
        frames = len(animation.frames) if fewer else encoded.frames
        return Made(draw, shown, encoded, frames, fewer, calmed=True)

    animation = effect.animate(photo, **values)
    tried = made(values, animation)
    worst = tried.encoded.flashes
    if worst <= MOST_CHANGES:
        return replace(tried, calmed=False)
    slower = (worst + 1) / MOST_CHANGES
    if slower <= _SLOWEST:
        tried = made(values, animation, lambda delay_cs: ceil(delay_cs * slower))
    if tried.encoded.flashes > MOST_CHANGES and effect.calm:
        values = _gentle(effect, values)
        del animation, tried  # two at once would take twice the memory
        animation = effect.animate(photo, **values)
        tried = made(values, animation)
    if tried.encoded.flashes > MOST_CHANGES:
        tried = made(values, animation, _safe)
    return tried


def encoded_harmless(animation: Animation, coding: Coding) -> tuple[Animation, Encoded]:
    """An animation and its file; where that flashes, with frames that last long enough."""
    encoded = coding.encode(animation)
    if encoded.flashes <= MOST_CHANGES:
        return animation, encoded
    animation = _timed(animation, _safe)
    return animation, coding.encode(animation)


def _allowed(animation: Animation, target: Target | None) -> Animation:
    """With no more frames than are taken where it is to go."""
    most = target.most_frames(*animation.size) if target else None
    return animation if most is None else thinned(animation, most)


def _safe(delay_cs: int) -> int:
    return max(delay_cs, _SAFE_DELAY_CS)


def _gentle(effect: Effect, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values of the effect's calm variant, but those that were asked for where they are calmer still."""
    gentle = {**values, **effect.calm}
    for param in effect.params:
        if isinstance(param, Number) and param.name in effect.calm:
            calm = effect.calm[param.name]
            calmer = max if float(calm) > param.default else min
            gentle[param.name] = calmer(calm, values[param.name], key=float)
    return gentle


def _timed(animation: Animation, delay: Delay) -> Animation:
    """The same frames, each with what `delay` makes of its delay in centiseconds."""
    frames = tuple(replace(frame, delay_cs=delay(frame.delay_cs)) for frame in animation.frames)
    return replace(animation, frames=frames)
