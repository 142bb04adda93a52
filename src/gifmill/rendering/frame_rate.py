"""The number of frames: an effect draws as many as requested, or the superfluous ones are dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.animation import reduce_frames
from gifmill.rendering.options import FPS, FRAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.animation import Animation
    from gifmill.effects import Effect, Value
    from gifmill.photo import Photo


def animate(effect: Effect, photo: Photo, values: Mapping[str, Value]) -> Animation:
    """Render the frames of an effect, at the requested frame rate.

    An effect of fixed steps, such as the mosaics of `blur`, has at most its own number of frames.

    Args:
        effect: the effect.
        photo: at the size of the GIF.
        values: of the effect's parameters; and of the options fps and frames, if given.
    """
    own = {param.name: values[param.name] for param in effect.params}
    frames, fps = (int(values.get(option.name, 0)) for option in (FRAMES, FPS))
    if fps and "duration" in own:
        frames = max(1, round(fps * float(own["duration"])))
    if effect.takes_frames and frames:
        return effect.animate(photo, **own, frames=frames)
    animation = effect.animate(photo, **own)
    if fps:
        frames = max(1, round(fps * animation.duration_cs / 100))
    return reduce_frames(animation, frames) if frames else animation
