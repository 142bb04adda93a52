"""The GIF encoder: frames are drawn, mapped to palettes, written and forgotten one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gifmill.animation import delays_cs, keep_small_frames
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.gif89a_writer import MAX_DELAY_CS, gif_file, image_block
from gifmill.gif.palettes import choose_palettes
from gifmill.gif.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.animation import Animation, Frame
    from gifmill.gif.flash_detector import FlashDetector
    from gifmill.gif.frame_encoder import EncodedFrame
    from gifmill.gif.palettes import FramePalette, Palettes
    from gifmill.gif.presets import Preset


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
    animation = keep_small_frames(animation)
    animation = replace(animation, frames=tuple(_split_long_delays(animation.frames)))
    palettes = choose_palettes(animation, preset)
    encoder = FrameEncoder(animation.size, preset)
    images = _image_blocks(animation, palettes, encoder, detector)
    return gif_file(animation.size, images, palettes.common), encoder.frames


def _image_blocks(
    animation: Animation, palettes: Palettes, encoder: FrameEncoder, detector: FlashDetector | None
) -> Iterator[bytes]:
    """Encode the frames; yield each once its delay is known, which equal frames prolong."""
    written: tuple[EncodedFrame, FramePalette] | None = None
    delay_cs = 0
    for number, frame in enumerate(animation.frames):
        source = frame.draw()
        pixels = frame.layout.lay(source, animation.size)
        changed = encoder.changed_window(pixels)
        if changed is None and delay_cs + frame.delay_cs <= MAX_DELAY_CS:
            delay_cs += frame.delay_cs
            continue
        if written is not None:
            yield _finished(encoder, *written, delay_cs, detector)
        palette = palettes.of(number, source, frame.layout)
        written = encoder.encode(pixels, palette, changed), palette
        delay_cs = frame.delay_cs
    if written is not None:
        yield _finished(encoder, *written, delay_cs, detector)


def _finished(
    encoder: FrameEncoder,
    frame: EncodedFrame,
    palette: FramePalette,
    delay_cs: int,
    detector: FlashDetector | None,
) -> bytes:
    if detector is not None:
        detector.add_pixels(encoder.shown, delay_cs)
    return image_block(frame, palette, delay_cs)


def _split_long_delays(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Repeat frames whose delays do not fit 16 bits."""
    for frame in frames:
        parts = -(-frame.delay_cs // MAX_DELAY_CS)
        yield from (replace(frame, delay_cs=delay) for delay in delays_cs(frame.delay_cs, [1] * parts))
