"""Flash safety: an effect that would flash dangerously is slowed or softened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from gifmill.animation import keep_small_frames, reduce_frames
from gifmill.effects import Number
from gifmill.gif import MAX_CHANGES_PER_SECOND
from gifmill.rendering.frame_rate import animate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gifmill.animation import Animation, Size
    from gifmill.effects import Effect, Value
    from gifmill.photo import Photo
    from gifmill.rendering.file_formats import EncodedFile, Encoder
    from gifmill.rendering.platforms import Platform

_MAX_SLOWDOWN = 2
"""Largest slowdown at which an effect keeps its character. Beyond it the calm variant is used."""

_SAFE_DELAY_CS = 17
"""At most six frames of this delay begin within a second, so that they cannot flash too often."""

_MAX_SAFE_FRAMES = 24
"""Frames that are kept where each has this delay: a loop of 100 would last 17 s."""

type Change = Callable[[Animation], Animation]
"""Changes the delays of an animation."""


@dataclass(slots=True, eq=False)
class FrameCache:
    """The animation of an effect, kept for one photo size at a time.

    Kept with it are its small frames and its textures.
    """

    effect: Effect
    values: Mapping[str, Value]
    _size: Size | None = None
    _last: Animation | None = None

    def of(self, photo: Photo) -> Animation:
        """Return the animation. That of another size is released before the new one is made."""
        if self._last is None or self._size != photo.size:
            self._last = None
            self._last = keep_small_frames(animate(self.effect, photo, self.values))
            self._size = photo.size
        return self._last


@dataclass(frozen=True, slots=True, eq=False)
class RenderAttempt:
    """An encoded render of an effect, without its frames.

    Attributes:
        draw: makes the same animation of the photo at any size.
        photo: the photo at the requested size.
        size: of the canvas; plug-in effects may use one that differs from the photo's size.
        duration_cs: of one loop.
        encoded: the file, which does not flash dangerously.
        frames: number of frames before the platform's frame limit.
        thinned: frames were dropped because of that limit.
        encodes: number of encodes so far.
        calmed: the animation was slowed or softened because it would have flashed dangerously.
    """

    draw: Callable[[Photo], Animation]
    photo: Photo
    size: Size
    duration_cs: int
    encoded: EncodedFile
    frames: int
    thinned: bool
    encodes: int
    calmed: bool


def render_without_flashes(
    effect: Effect, photo: Photo, values: Mapping[str, Value], encoder: Encoder, platform: Platform | None
) -> RenderAttempt:
    """Render an effect as requested, or the first safe variant: slower, calm, or with safe delays.

    Args:
        effect: the effect.
        photo: the photo at the requested size.
        values: the effect's parameters as requested, and the options for its number of frames.
        encoder: the encoder of the file.
        platform: the platform that the file is for, if any.
    """
    encodes = 0

    def made(drawing: FrameCache, change: Change = _unchanged) -> RenderAttempt:
        nonlocal encodes
        encodes += 1

        def draw(photo: Photo) -> Animation:
            return change(_within_frame_limit(drawing.of(photo), platform))

        shown, whole = draw(photo), len(drawing.of(photo).frames)
        encoded = encoder.encode(shown)
        fewer = len(shown.frames) < whole
        frames = whole if fewer else encoded.frames
        calmed = encodes > 1
        return RenderAttempt(
            draw, photo, shown.size, shown.duration_cs, encoded, frames, fewer, encodes, calmed
        )

    drawing = FrameCache(effect, values)
    tried = made(drawing)
    worst = tried.encoded.flashes
    if worst <= MAX_CHANGES_PER_SECOND:
        return tried
    slower = (worst + 1) / MAX_CHANGES_PER_SECOND
    if slower <= _MAX_SLOWDOWN:
        tried = made(drawing, partial(_slowed, factor=slower))
    if tried.encoded.flashes > MAX_CHANGES_PER_SECOND and effect.calm:
        del drawing, tried  # to keep two animations would take twice the memory
        drawing = FrameCache(effect, _calm_values(effect, values))
        tried = made(drawing)
    if tried.encoded.flashes > MAX_CHANGES_PER_SECOND:
        tried = made(drawing, with_safe_delays)
    return tried


def with_safe_delays(animation: Animation) -> Animation:
    """Prolong delays so that the animation cannot flash too often; drop frames if it has many."""
    fewer = reduce_frames(animation, _MAX_SAFE_FRAMES)
    return _with_delays(fewer, lambda delay_cs: max(delay_cs, _SAFE_DELAY_CS))


def _slowed(animation: Animation, factor: float) -> Animation:
    """Prolong each delay by a factor."""
    return _with_delays(animation, lambda delay_cs: ceil(delay_cs * factor))


def _unchanged(animation: Animation) -> Animation:
    return animation


def _within_frame_limit(animation: Animation, platform: Platform | None) -> Animation:
    """Reduce the frames to the platform's frame limit."""
    most = platform.frame_limit(*animation.size) if platform else None
    return animation if most is None else reduce_frames(animation, most)


def _calm_values(effect: Effect, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of the calm variant; requested values stay where they are calmer still."""
    gentle = {**values, **effect.calm}
    for param in effect.params:
        if isinstance(param, Number) and param.name in effect.calm:
            calm = effect.calm[param.name]
            calmer = max if float(calm) > param.default else min
            gentle[param.name] = calmer(calm, values[param.name], key=float)
    return gentle


def _with_delays(animation: Animation, delay: Callable[[int], int]) -> Animation:
    """Apply `delay` to the delay of each frame."""
    frames = tuple(replace(frame, delay_cs=delay(frame.delay_cs)) for frame in animation.frames)
    return replace(animation, frames=frames)
