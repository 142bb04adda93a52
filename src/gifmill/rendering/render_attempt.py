"""A render of an effect at the requested quality, and the drawings for renders at lower ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.animation import keep_small_frames, reduce_frames
from gifmill.rendering.flash_safety import FlashSafety
from gifmill.rendering.frame_rate import animate
from gifmill.rendering.shorter_requests import slowest_of_shorter_requests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gifmill.animation import Animation, Size
    from gifmill.effects import Effect, Value
    from gifmill.photo import Photo
    from gifmill.rendering.encoded_file import Encoder
    from gifmill.rendering.flash_safety import SafeFile
    from gifmill.rendering.platforms import Platform


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
        draw: makes the same animation of the photo at any size, with the requested delays.
        photo: the photo at the requested size.
        size: of the canvas; plug-in effects may use one that differs from the photo's size.
        requested_cs: the duration of one loop as requested.
        file: the encoded file.
        frames: number of frames before the platform's frame limit.
        thinned: frames were dropped because of that limit.
        safety: what it was encoded with.
    """

    draw: Callable[[Photo], Animation]
    photo: Photo
    size: Size
    requested_cs: int
    file: SafeFile
    frames: int
    thinned: bool
    safety: FlashSafety

    @property
    def calmed(self) -> bool:
        """Whether it was slowed or softened because it would have flashed dangerously."""
        return self.file.softened > 0 or self.file.duration_cs > self.requested_cs


def render_at_requested_quality(
    effect: Effect,
    photo: Photo,
    values: Mapping[str, Value],
    encoder: Encoder,
    platform: Platform | None,
    *,
    allow_flashing: bool = False,
) -> RenderAttempt:
    """Render an effect as requested; slower or softer if it would flash dangerously.

    Args:
        effect: the effect.
        photo: the photo at the requested size.
        values: the effect's parameters, and the options for its number of frames.
        encoder: the encoder of the file.
        platform: the platform that the file is for, if any.
        allow_flashing: encode it as requested in any case.
    """
    drawing = FrameCache(effect, values)
    safety = FlashSafety(platform.max_duration_cs if platform else None, off=allow_flashing)

    def draw(photo: Photo) -> Animation:
        return _within_frame_limit(drawing.of(photo), platform, encoder)

    def draw_other(photo: Photo, values: Mapping[str, Value]) -> Animation:
        return _within_frame_limit(animate(effect, photo, values), platform, encoder)

    def at_least() -> int:
        return slowest_of_shorter_requests(
            effect, photo, values, draw_other, safety.longest_cs, encoder.shown
        )

    shown, whole = draw(photo), len(drawing.of(photo).frames)
    file = safety.encode(shown, encoder, at_least)
    fewer = len(shown.frames) < whole
    frames = whole if fewer else file.encoded.frames
    return RenderAttempt(draw, photo, shown.size, shown.duration_cs, file, frames, fewer, safety)


def _within_frame_limit(animation: Animation, platform: Platform | None, encoder: Encoder) -> Animation:
    """Reduce the frames to the platform's frame limit; a finite loop needs one for its end."""
    most = platform.frame_limit(*animation.size) if platform else None
    if most is None:
        return animation
    return reduce_frames(animation, max(1, most - 1) if encoder.loop else most)
