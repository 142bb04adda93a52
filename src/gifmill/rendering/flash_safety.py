"""An effect of a photo as an animation that does not flash: as it was asked for, slower, or gentler."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from gifmill.animation import reduce_frames
from gifmill.effects import Number
from gifmill.gif import MAX_CHANGES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gifmill.animation import Animation, Size
    from gifmill.effects import Effect, Value
    from gifmill.photo import Photo
    from gifmill.rendering.file_formats import Coding, Encoded
    from gifmill.rendering.platforms import Target

_SLOWEST = 2
"""Up to how many times slower an effect is still itself. What takes more is made gentler instead."""

_SAFE_DELAY_CS = 17
"""Of frames that last this long at most six begin within a second: with them nothing flashes too often."""

type Delay = Callable[[int], int]
"""Makes of a delay in centiseconds another one."""


@dataclass(slots=True, eq=False)
class Drawing:
    """An effect with its parameters, of a photo at one size at a time: frames are large, and many."""

    effect: Effect
    values: Mapping[str, Value]
    _size: Size | None = None
    _last: Animation | None = None

    def of(self, photo: Photo) -> Animation:
        """The frames. They are kept until another size of the photo is drawn, and forgotten before."""
        if self._last is None or self._size != photo.size:
            self._last = None
            self._last = self.effect.animate(photo, **self.values)
            self._size = photo.size
        return self._last


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The file that an effect of a photo became, without its frames.

    Attributes:
        draw: makes the same animation of the photo at any size.
        photo: of the size that was asked for.
        size: of the canvas; effects of other packages may have one that is not the photo's.
        duration_cs: of one turn.
        encoded: its file, which does not flash.
        frames: how many it would have if any number were taken where it is to go.
        thinned: it has fewer, because fewer are.
        encodes: how many it took.
        calmed: it would have flashed so that it can harm people; it is slower or gentler than was asked for.
    """

    draw: Callable[[Photo], Animation]
    photo: Photo
    size: Size
    duration_cs: int
    encoded: Encoded
    frames: int
    thinned: bool
    encodes: int
    calmed: bool


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
    encodes = 0

    def made(drawing: Drawing, delay: Delay = int) -> Made:
        nonlocal encodes
        encodes += 1

        def draw(photo: Photo) -> Animation:
            return _timed(_allowed(drawing.of(photo), target), delay)

        shown, whole = draw(photo), len(drawing.of(photo).frames)
        encoded = coding.encode(shown)
        fewer = len(shown.frames) < whole
        frames = whole if fewer else encoded.frames
        calmed = encodes > 1
        return Made(draw, photo, shown.size, shown.duration_cs, encoded, frames, fewer, encodes, calmed)

    drawing = Drawing(effect, values)
    tried = made(drawing)
    worst = tried.encoded.flashes
    if worst <= MAX_CHANGES_PER_SECOND:
        return tried
    slower = (worst + 1) / MAX_CHANGES_PER_SECOND
    if slower <= _SLOWEST:
        tried = made(drawing, lambda delay_cs: ceil(delay_cs * slower))
    if tried.encoded.flashes > MAX_CHANGES_PER_SECOND and effect.calm:
        del drawing, tried  # the frames of two would take twice the memory
        drawing = Drawing(effect, _gentle(effect, values))
        tried = made(drawing)
    if tried.encoded.flashes > MAX_CHANGES_PER_SECOND:
        tried = made(drawing, _safe)
    return tried


def lasting(animation: Animation) -> Animation:
    """The same frames, each long enough that nothing can flash too often."""
    return _timed(animation, _safe)


def _allowed(animation: Animation, target: Target | None) -> Animation:
    """With no more frames than are taken where it is to go."""
    most = target.most_frames(*animation.size) if target else None
    return animation if most is None else reduce_frames(animation, most)


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
