"""The GIF encoder: frames are drawn, mapped to palettes, written and forgotten one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gifmill.animation import check_animation, delays_cs, keep_small_frames
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.gif89a_writer import MAX_DELAY_CS, MAX_LOOPS, gif_file, image_block
from gifmill.gif.palettes import choose_palettes
from gifmill.gif.presets import PRESETS
from gifmill.gif.transparency import Picture, check_matte, picture_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.animation import Animation, Frame
    from gifmill.gif.core import Window
    from gifmill.gif.flash_detector import FlashDetector
    from gifmill.gif.palettes import FramePalette, Palettes
    from gifmill.gif.presets import Preset
    from gifmill.gif.transparency import Colour


def encode(
    animation: Animation,
    preset: Preset = PRESETS["balanced"],
    *,
    matte: Colour | None = None,
    loop: int = 0,
) -> bytes:
    """Encode an animation as a GIF89a file.

    Args:
        animation: frames of sRGB pixels, with or without alpha, on one canvas of at most 65,535 x 65,535 px.
            Pixels with an alpha below 128 are transparent.
        preset: the encoder preset; one of `PRESETS`.
        matte: the colour that half-transparent pixels are mixed with, red, green and blue from 0 to 255: that
            of the background on which the GIF will be seen. None keeps their own colours.
        loop: how often the animation plays, 0 to 65,535; 0 = for ever.

    Returns:
        The whole file.

    Raises:
        ValueError: as for `encode_animation`.

    Source: GIF89a specification (CompuServe, 1990) with the Netscape 2.0 loop extension.
    """
    return encode_animation(animation, preset, matte=matte, loop=loop)[0]


def encode_animation(
    animation: Animation,
    preset: Preset,
    detector: FlashDetector | None = None,
    *,
    matte: Colour | None = None,
    loop: int = 0,
) -> tuple[bytes, int]:
    """Encode an animation; return the file and its number of frames (equal consecutive frames are merged).

    Args:
        animation: as for `encode`.
        preset: the encoder preset.
        detector: receives every frame as decoders show it.
        matte: as for `encode`.
        loop: as for `encode`.

    Raises:
        ValueError: a frame is no picture, or does not fit the canvas; the canvas is too large; a delay is
            less than a centisecond; the matte is no colour; or `loop` is out of range.
    """
    check_animation(animation)
    check_matte(matte)
    if loop not in range(MAX_LOOPS + 1):
        raise ValueError(f"loop is {loop}. Use a whole number from 0 to {MAX_LOOPS}.")
    animation = keep_small_frames(animation)
    animation = replace(animation, frames=tuple(_split_long_delays(animation.frames)))
    palettes = choose_palettes(animation, preset, matte)
    encoder = FrameEncoder(animation.size, preset, transparent=palettes.transparent)
    images = _image_blocks(animation, palettes, encoder, detector)
    return gif_file(animation.size, images, palettes.common, loop), encoder.frames


@dataclass(slots=True)
class _PendingFrame:
    """A frame whose delay is not known before a different one follows.

    Attributes:
        picture: its canvas.
        palette: its colours.
        changed: the box that differs from the frame before; None for the first.
        delay_cs: its delay and those of the equal frames that followed.
    """

    picture: Picture
    palette: FramePalette
    changed: Window | None
    delay_cs: int


def _image_blocks(
    animation: Animation, palettes: Palettes, encoder: FrameEncoder, detector: FlashDetector | None
) -> Iterator[bytes]:
    """Encode the frames, each once the next different one is drawn."""

    def write(frame: _PendingFrame, following: Picture | None) -> bytes:
        vanishing = following and frame.picture.vanishing_window(following)
        encoded = encoder.encode(frame.picture, frame.palette, frame.changed, vanishing)
        if detector is not None:
            detector.add_pixels(encoder.shown, frame.delay_cs, encoder.covered)
        return image_block(encoded, frame.palette, frame.delay_cs)

    pending: _PendingFrame | None = None
    for number, frame in enumerate(animation.frames):
        source = frame.draw()
        picture = picture_of(frame.layout.lay(source, animation.size), palettes.matte)
        changed = None
        if pending is not None:
            changed = pending.picture.changed_window(picture)
            if changed is None and pending.delay_cs + frame.delay_cs <= MAX_DELAY_CS:
                pending.delay_cs += frame.delay_cs
                continue
            yield write(pending, picture)
        pending = _PendingFrame(picture, palettes.of(number, source, frame.layout), changed, frame.delay_cs)
    if pending is not None:
        yield write(pending, None)


def _split_long_delays(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Repeat frames whose delays do not fit 16 bits."""
    for frame in frames:
        parts = -(-frame.delay_cs // MAX_DELAY_CS)
        yield from (replace(frame, delay_cs=delay) for delay in delays_cs(frame.delay_cs, [1] * parts))
