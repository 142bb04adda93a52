"""The GIF encoder.

Frames that move are encoded as a clip. In other animations each frame's source is quantised and its indices
are laid out on the canvas; equal consecutive frames are merged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gifmill.animation import Blocks, delays_cs
from gifmill.gif.clip_encoder import encode_clip
from gifmill.gif.clip_palettes import clip_palettes
from gifmill.gif.common_palette_quantiser import quantise_with_common_palette
from gifmill.gif.gif89a_writer import MAX_DELAY_CS, gif_file, image_block
from gifmill.gif.presets import PRESETS
from gifmill.gif.still_quantiser import Quantiser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.animation import Animation, Frame
    from gifmill.gif.flash_detector import FlashDetector
    from gifmill.gif.indexed_image import IndexedImage, Palette
    from gifmill.gif.presets import Preset


@dataclass(frozen=True, slots=True)
class TimedImage:
    """A picture of the whole canvas with its delay.

    Attributes:
        delay_cs: at most 65,535 centiseconds.
    """

    picture: IndexedImage
    delay_cs: int


def encode(animation: Animation, preset: Preset = PRESETS["balanced"]) -> bytes:
    """Encode an animation as a GIF89a file that loops for ever.

    Args:
        animation: frames of sRGB pixels on one canvas of at most 65,535 x 65,535 px.
        preset: the encoder preset; one of `PRESETS`.

    Returns:
        The whole file.

    Source: GIF89a specification (CompuServe, 1990) with the Netscape 2.0 loop extension.
    """
    return encode_animation(animation, preset)[0]


def encode_animation(
    animation: Animation, preset: Preset, detector: FlashDetector | None = None
) -> tuple[bytes, int]:
    """Encode an animation; return the file and its number of frames (equal consecutive frames are merged).

    Args:
        animation: frames of sRGB pixels on one canvas.
        preset: the encoder preset.
        detector: receives every picture as it is written.

    Raises:
        ValueError: the size of a plain source differs from the canvas.
    """
    animation = replace(animation, frames=tuple(_split_long_delays(animation.frames)))
    palettes = clip_palettes(animation, preset)
    if palettes is not None:
        return encode_clip(animation, palettes, preset, detector)
    pictures, palette = _quantise_sources(animation, preset)
    timed = (
        TimedImage(picture.laid_out(frame.layout, animation.size), frame.delay_cs)
        for picture, frame in zip(pictures, animation.frames, strict=True)
    )
    images = []
    for one in merge_equal_frames(timed):
        images.append(image_block(one.picture, one.delay_cs))
        if detector is not None:
            detector.add_image(one.picture, one.delay_cs)
    return gif_file(animation.size, images, palette), len(images)


def _split_long_delays(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Repeat frames whose delays do not fit 16 bits."""
    for frame in frames:
        parts = -(-frame.delay_cs // MAX_DELAY_CS)
        yield from (replace(frame, delay_cs=delay) for delay in delays_cs(frame.delay_cs, [1] * parts))


def merge_equal_frames(frames: Iterable[TimedImage]) -> Iterator[TimedImage]:
    """Merge equal consecutive frames, where the sum of their delays fits 16 bits."""
    pending: TimedImage | None = None
    for frame in frames:
        if pending is None:
            pending = frame
        elif pending.delay_cs + frame.delay_cs <= MAX_DELAY_CS and pending.picture.equals(frame.picture):
            pending = TimedImage(pending.picture, pending.delay_cs + frame.delay_cs)
        else:
            yield pending
            pending = frame
    if pending is not None:
        yield pending


def _quantise_sources(animation: Animation, preset: Preset) -> tuple[Iterable[IndexedImage], Palette | None]:
    """Quantise each frame's source; return the pictures and the global palette, if any."""
    if preset.common_palette:
        return quantise_with_common_palette([frame.source for frame in animation.frames], preset)
    quantiser = Quantiser(preset)
    return (
        quantiser.quantise(frame.source, dither=not isinstance(frame.layout, Blocks))
        for frame in animation.frames
    ), None
