from __future__ import annotations

import numpy as np
import pytest
from tests.gif.decoder import decode
from tests.gif.pictures import changing_hues

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.gif import PRESETS, encode, with_delays

every_preset = pytest.mark.parametrize("preset", PRESETS)


def gif(preset: str, *delays_cs: int, loop: int = 0) -> bytes:
    pictures = changing_hues()
    frames = (Frame(pictures[at], Plain(), delay_cs) for at, delay_cs in enumerate(delays_cs))
    return encode(Animation(tuple(frames), Size.of(pictures[0])), PRESETS[preset], loop=loop)


@every_preset
@pytest.mark.parametrize("loop", [0, 1, 3])
def test_a_file_with_other_delays_is_as_if_it_was_encoded_with_them(preset: str, loop: int) -> None:
    assert with_delays(gif(preset, 5, 6, 7, loop=loop), [300, 2, 65_535]) == gif(
        preset, 300, 2, 65_535, loop=loop
    )


def test_a_decoder_reads_the_new_delays_and_the_same_pictures() -> None:
    before, after = (
        decode(gif("balanced", 5, 6, 7)),
        decode(with_delays(gif("balanced", 5, 6, 7), [8, 9, 10])),
    )
    assert [block.delay_cs for block in after.blocks] == [8, 9, 10]
    assert after.canvases == before.canvases


def test_transparent_frames_keep_their_disposal() -> None:
    pictures = np.zeros((3, 20, 20, 4), np.uint8)
    for at in range(3):
        pictures[at, 4 * at : 4 * at + 6, :6] = (200, 30, 90, 255)
    animation = Animation(tuple(Frame(picture, Plain(), 5) for picture in pictures), Size(20, 20))
    before, after = decode(encode(animation)), decode(with_delays(encode(animation), [7, 8, 9]))
    assert [block.delay_cs for block in after.blocks] == [7, 8, 9]
    assert after.visible == before.visible


@pytest.mark.parametrize("delays_cs", [[5, 6], [5, 6, 7, 8], [5, 6, 65_536], [-1, 6, 7]])
def test_other_numbers_of_delays_and_impossible_ones_are_rejected(delays_cs: list[int]) -> None:
    with pytest.raises(ValueError, match=r"delays|argument"):
        with_delays(gif("fast", 5, 6, 7), delays_cs)
