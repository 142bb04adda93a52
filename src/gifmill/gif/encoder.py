"""The GIF encoder: frames are merged, mapped to palettes, and written one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gifmill.animation import delays_cs
from gifmill.gif.core import changed_window
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.gif89a_writer import MAX_DELAY_CS, gif_file, image_block
from gifmill.gif.palettes import choose_palettes
from gifmill.gif.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.animation import Animation, Frame, Pixels
    from gifmill.gif.flash_detector import FlashDetector
    from gifmill.gif.palettes import FramePalette
    from gifmill.gif.presets import Preset


class Picture(NamedTuple):
    """A frame as it is written.

    Attributes:
        pixels: the whole canvas.
        palette: its colours.
        delay_cs: display time, at most 65,535 centiseconds.
    """

    pixels: Pixels
    palette: FramePalette
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
        detector: receives every frame as decoders show it.

    Raises:
        ValueError: the size of a plain source differs from the canvas.
    """
    animation = replace(animation, frames=tuple(_split_long_delays(animation.frames)))
    palettes = choose_palettes(animation, preset)
    encoder = FrameEncoder(animation.size, preset)
    images = []
    for picture in merge_equal_frames(_pictures(animation, palettes)):
        frame = encoder.encode(picture.pixels, picture.palette)
        images.append(image_block(frame, picture.palette, picture.delay_cs))
        if detector is not None:
            detector.add_pixels(encoder.shown, picture.delay_cs)
    table = palettes[0] if palettes[0].shared else None
    return gif_file(animation.size, images, table), len(images)


def _pictures(animation: Animation, palettes: Iterable[FramePalette]) -> Iterator[Picture]:
    for number, palette in enumerate(palettes):
        yield Picture(animation.canvas(number), palette, animation.frames[number].delay_cs)


def _split_long_delays(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Repeat frames whose delays do not fit 16 bits."""
    for frame in frames:
        parts = -(-frame.delay_cs // MAX_DELAY_CS)
        yield from (replace(frame, delay_cs=delay) for delay in delays_cs(frame.delay_cs, [1] * parts))


def merge_equal_frames(pictures: Iterable[Picture]) -> Iterator[Picture]:
    """Merge equal consecutive frames, where the sum of their delays fits 16 bits."""
    pending: Picture | None = None
    for picture in pictures:
        if pending is None:
            pending = picture
        elif (
            pending.delay_cs + picture.delay_cs <= MAX_DELAY_CS
            and changed_window(pending.pixels, picture.pixels) is None
        ):
            pending = pending._replace(delay_cs=pending.delay_cs + picture.delay_cs)
        else:
            yield pending
            pending = picture
    if pending is not None:
        yield pending
