"""The frames of an effect: as many as requested, with the caption on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.animation import reduce_frames
from gifmill.effects import CAPTION, CAPTION_MOTION, CAPTION_PLACE, CAPTION_STYLE
from gifmill.rendering.options import FPS, FRAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.animation import Animation
    from gifmill.effects import Effect, Value
    from gifmill.photo import Photo


def animate(effect: Effect, photo: Photo, values: Mapping[str, Value]) -> Animation:
    """Render the frames of an effect, at the requested frame rate, with the caption.

    An effect of fixed steps, such as the mosaics of `blur`, has at most its own number of frames, or more
    under a moving caption.

    Args:
        effect: the effect.
        photo: at the size of the GIF.
        values: of the effect's parameters; and of the options for frames and captions, if given.

    Raises:
        MissingGlyph: a character of the caption cannot be drawn.
    """
    animation = _animate(effect, photo, values)
    text = str(values.get(CAPTION.name, ""))
    if not text:
        return animation
    from gifmill.rendering.captions import Caption, add_caption  # few GIFs have a caption

    caption = Caption(
        text,
        at_top=values.get(CAPTION_PLACE.name) == "top",
        bar=values.get(CAPTION_STYLE.name) == "bar",
        motion=str(values.get(CAPTION_MOTION.name, CAPTION_MOTION.default)),
    )
    return add_caption(animation, caption, _frame_cs(animation, values))


def _frame_cs(animation: Animation, values: Mapping[str, Value]) -> float | None:
    """Return the shortest delay that the options for frames allow, in centiseconds; None for any."""
    frames, fps = (int(values.get(option.name, 0)) for option in (FRAMES, FPS))
    if frames:
        return animation.duration_cs / frames
    return 100 / fps if fps else None


def _animate(effect: Effect, photo: Photo, values: Mapping[str, Value]) -> Animation:
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
