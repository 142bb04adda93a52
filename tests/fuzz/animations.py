"""Random animations and presets, and the checks of an encoded file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from tests.fuzz.sources import CONTENTS, arranged, changed, random_alpha
from tests.gif.decoder import decode
from tests.gif.pictures import decoded_frames, decoded_masks, pillow_frames, pillow_masks

from gifmill.animation import Animation, Blocks, Frame, Plain, Size, Tiles
from gifmill.gif import PRESETS, Preset, encode
from gifmill.gif.encoder import encode_animation
from gifmill.gif.gif89a_writer import MAX_DELAY_CS
from gifmill.gif.transparency import picture_of

if TYPE_CHECKING:
    from gifmill.animation import Indices, Layout, Pixels
    from gifmill.gif import FlashDetector
    from gifmill.gif.transparency import Colour

_MAX_PX = (4_000, 4_000, 20_000, 150_000)
"""Maximum pixels of all frames of an animation, as often as here: a decoder in Python reads them."""

_MAX_FRAMES = 40


class _Recorder:
    """Keeps a copy of each frame as decoders show it."""

    def __init__(self) -> None:
        self.frames: list[Pixels] = []
        self.masks: list[Indices] = []

    def add_pixels(self, shown: Pixels, delay_cs: int, covered: Indices | None) -> None:
        assert 0 < delay_cs <= 0xFFFF
        self.frames.append(shown.copy())
        self.masks.append(np.ones(shown.shape[:2], np.uint8) if covered is None else covered.copy())


def check_encoding(animation: Animation, preset: Preset, matte: Colour | None) -> None:
    """Encode an animation, and compare what decoders show with what the encoder reports."""
    recorder = _Recorder()
    data, count = encode_animation(animation, preset, cast("FlashDetector", recorder), matte=matte)
    assert data == encode(animation, preset, matte=matte), "the same animation gave different files"
    found = decode(data)
    assert (found.width, found.height) == animation.size
    assert found.loops == 0
    assert count == len(found.blocks) == len(recorder.frames)
    assert sum(block.delay_cs for block in found.blocks) == animation.duration_cs
    for name, decoded in (("our decoder", decoded_frames(data)), ("Pillow", pillow_frames(data))):
        assert len(decoded) == count, f"{name} reads {len(decoded)} frames, not {count}"
        for number, (shown, expected) in enumerate(zip(decoded, recorder.frames, strict=True)):
            visible = recorder.masks[number] != 0
            assert (shown == expected)[visible].all(), f"{name} shows other pixels in frame {number}"
    for name, masks in (("our decoder", decoded_masks(data)), ("Pillow", pillow_masks(data))):
        for number, (mask, expected) in enumerate(zip(masks, recorder.masks, strict=True)):
            assert (mask == expected).all(), f"{name} shows another shape in frame {number}"
    _check_frames(animation, preset, matte, recorder, [block.delay_cs for block in found.blocks])


def _check_frames(
    animation: Animation, preset: Preset, matte: Colour | None, shown: _Recorder, delays_cs: list[int]
) -> None:
    """Compare each frame with what is shown at its time: its shape, and its pixels if its colours are few."""
    pictures = [picture_of(frame.draw(), matte) for frame in animation.frames]
    sources = [picture.visible_pixels() for picture in pictures]
    transparent = any(picture.visible is not None for picture in pictures)
    most = 255 if transparent else 256
    all_are_exact = _has_few_colours(sources, preset, animation.size.width * animation.size.height, most)
    all_are_plain = all(isinstance(frame.layout, Plain) for frame in animation.frames)
    # Frames whose delays do not fit 16 bits are repeated, and three frames may share a palette.
    written = sum(-(-frame.delay_cs // MAX_DELAY_CS) for frame in animation.frames)
    have_own_palettes = written < 3 or not all_are_plain
    shown_until, start_cs = np.cumsum(delays_cs), 0
    for number, frame in enumerate(animation.frames):
        at = int(np.searchsorted(shown_until, start_cs, side="right"))
        start_cs += frame.delay_cs
        picture = picture_of(animation.canvas(number), matte)
        visible = picture.visibility() != 0
        assert ((shown.masks[at] != 0) == visible).all(), f"frame {number} has another shape"
        height, width = frame.draw().shape[:2]
        is_exact = have_own_palettes and _has_few_colours([sources[number]], preset, width * height, most)
        if preset.exact and (all_are_exact or is_exact):
            assert (shown.frames[at] == picture.pixels)[visible].all(), f"frame {number} is not exact"


def _has_few_colours(sources: list[Pixels], preset: Preset, area_px: int, most: int) -> bool:
    colours = np.unique(np.concatenate([source.reshape(-1, 3) for source in sources]), axis=0)
    return len(colours) <= min(most, preset.max_exact_colours(area_px))


def random_preset(random: np.random.Generator) -> Preset:
    """Return a preset: one of ours, or any values."""
    if random.random() < 0.4:
        return list(PRESETS.values())[random.integers(len(PRESETS))]
    return Preset(
        "random",
        colours=int(random.choice([3, 4, 5, 17, 128, 255, 256, _integer(random, 3, 257)])),
        exact=bool(random.random() < 0.7),
        k_means_steps=int(random.integers(0, 5)),
        sample_px=int(random.choice([1, 1_000, 24_576, 98_304])),
        dither=float(random.choice([0, 1, random.random()])),
        lossiness=float(random.choice([0, 1, 1e-3, 10.0 ** _integer(random, -7, 0)])),
        beam=int(random.integers(1, 17)),
    )


def random_matte(random: np.random.Generator) -> Colour | None:
    """Return a colour to mix half-transparent pixels with, or None."""
    if random.random() < 0.5:
        return None
    red, green, blue = random.choice([0, 255, *random.integers(0, 256, 3)], 3).tolist()
    return red, green, blue


def random_animation(random: np.random.Generator) -> Animation:
    """Return an animation of any size, whose frames differ in content, layout and delay."""
    size = _random_size(random)
    most = max(1, min(_MAX_FRAMES, int(random.choice(_MAX_PX)) // (size.width * size.height)))
    count = int(random.choice([1, 2, 3, most, _integer(random, 1, most + 1)]))
    kinds = random.choice(["plain", "plain", "any layout"])
    content = random.choice([*CONTENTS, "any"])
    drawn_late = random.random() < 0.5
    alpha = str(random.choice(["none", "none", "none", "all", "some"]))
    frames: list[Frame] = []
    for _ in range(min(count, most)):
        layout, source_size = _random_layout(random, size) if kinds != "plain" else (Plain(), size)
        kind = str(random.choice(list(CONTENTS)) if content == "any" else content)
        change = str(random.choice(["new", "new", "same", "pixel", "part", "moved"]))
        if frames and change != "new":
            source, layout = changed(frames[-1].draw(), change, random), frames[-1].layout
        else:
            source = CONTENTS[kind](source_size, random)
            if alpha == "all" or (alpha == "some" and random.random() < 0.5):
                source = np.dstack([source, random_alpha(source_size, random)])
        source = arranged(source, random)
        drawing = partial(np.copy, source) if drawn_late else source
        frames.append(Frame(drawing, layout, _random_delay_cs(random)))
    return Animation(tuple(frames), size)


def _random_size(random: np.random.Generator) -> Size:
    if random.random() < 0.03:
        # The widest, the highest, and one that is large enough for strings of hundreds of pixels.
        width, height = random.choice([(65_535, 1), (2, 65_535), (700, 700)]).tolist()
        return Size(width, height)
    longest = int(random.choice([1, 9, 40, 120, 400]))
    return Size(*(int(random.choice([1, 2, longest, _integer(random, 1, longest + 1)])) for _ in range(2)))


def _integer(random: np.random.Generator, low: int, end: int) -> int:
    """Return a number from `low` to `end` - 1."""
    return int(random.integers(low, end))


def _random_layout(random: np.random.Generator, size: Size) -> tuple[Layout, Size]:
    kind = random.integers(3)
    if kind == 0:
        return Plain(), size
    if kind == 1:
        height, width = (int(random.integers(1, 12)) for _ in range(2))
        return Blocks(height, width), Size(-(-size.width // width), -(-size.height // height))
    return Tiles(), Size(*(int(random.integers(1, side + 1)) for side in size))


def _random_delay_cs(random: np.random.Generator) -> int:
    return int(random.choice([2, 4, _integer(random, 2, 300), 65_535, 65_536, _integer(random, 2, 300_000)]))
