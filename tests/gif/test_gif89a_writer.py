from __future__ import annotations

import struct

import numpy as np
import pytest
from tests.gif.decoder import decode

from gifmill.animation import Size
from gifmill.gif import Preset
from gifmill.gif.core import Window
from gifmill.gif.frame_encoder import EncodedFrame, FrameEncoder
from gifmill.gif.gif89a_writer import gif_file, image_block
from gifmill.gif.palettes import FramePalette
from gifmill.gif.transparency import Picture

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
COLOURS = np.array([RED, GREEN, BLUE], np.uint8)
OWN, SHARED = FramePalette(COLOURS, exact=True), FramePalette(COLOURS, exact=True, shared=True)


def encoded(rows: list[list[int]], palette: FramePalette = OWN) -> EncodedFrame:
    indices = np.array(rows)
    return FrameEncoder(Size(indices.shape[1], indices.shape[0]), Preset("exact")).encode(
        Picture(palette.colours[indices]), palette
    )


def moved(frame: EncodedFrame, left: int, top: int, clear: int | None = None) -> EncodedFrame:
    box = frame.window
    window = Window(box.left + left, box.top + top, box.right + left, box.bottom + top)
    return EncodedFrame(window, frame.code, frame.code_size, clear)


def test_the_smallest_file_has_the_expected_bytes() -> None:
    red = FramePalette(COLOURS[:1])
    assert gif_file(Size(1, 1), [image_block(encoded([[0]], red), red, 300)]) == bytes.fromhex(
        "474946383961 0100 0100 70 00 00"  # GIF89a, 1 x 1, no global table
        "21ff 0b 4e45545343415045322e30 03 01 0000 00"  # NETSCAPE2.0, loops forever
        "21f9 04 04 2c01 00 00"  # disposal 1, 300 cs, no transparent entry
        "2c 0000 0000 0100 0100 80"  # at 0, 0, local table of 2 colours
        "ff0000 000000"
        "02 02 4401 00 3b"  # codes 4 (clear), 0, 5 (end)
    )


def test_a_window_keeps_its_position_and_transparency() -> None:
    whole = image_block(encoded([[0, 0, 0], [0, 0, 0]]), OWN, 5)
    part = image_block(moved(encoded([[1, 2]]), 1, 1, clear=2), OWN, 6)
    found = decode(gif_file(Size(3, 2), [whole, part]))
    assert found.canvases[1] == [RED, RED, RED, RED, GREEN, RED]
    assert [block.clear for block in found.blocks] == [None, 2]
    assert [block.disposal for block in found.blocks] == [1, 1]


def test_entry_0_can_be_transparent() -> None:
    whole = image_block(encoded([[1]]), OWN, 5)
    part = image_block(moved(encoded([[0]]), 0, 0, clear=0), OWN, 5)
    assert decode(gif_file(Size(1, 1), [whole, part])).canvases[1] == [GREEN]


def test_frames_with_the_shared_palette_use_the_global_table() -> None:
    found = decode(gif_file(Size(2, 1), [image_block(encoded([[2, 1]], SHARED), SHARED, 5)], SHARED))
    assert found.canvases == [[BLUE, GREEN]]
    assert not found.blocks[0].local


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    ("entries", "table"), [(1, 2), (2, 2), (3, 4), (4, 4), (5, 8), (128, 128), (129, 256), (256, 256)]
)
def test_tables_are_padded_to_a_power_of_two(entries: int, table: int, shared: bool) -> None:
    colours = np.arange(255, 255 - entries, -1, dtype=np.int64).astype(np.uint8)[:, None].repeat(3, axis=1)
    palette = FramePalette(colours, shared=shared)
    image = image_block(encoded([[0]], palette), palette, 5)
    (block,) = decode(gif_file(Size(1, 1), [image], palette if shared else None)).blocks
    assert len(block.palette) == table
    assert block.palette[:entries] == [tuple(colour) for colour in colours.tolist()]
    assert set(block.palette[entries:]) <= {(0, 0, 0)}


def test_a_delay_beyond_16_bits_is_rejected() -> None:
    frame = encoded([[0]])
    image_block(frame, OWN, 65_535)
    with pytest.raises(struct.error):
        image_block(frame, OWN, 65_536)


def test_a_canvas_beyond_16_bits_is_rejected() -> None:
    with pytest.raises(struct.error):
        gif_file(Size(65_536, 1), [])


@pytest.mark.parametrize(("loop", "repetitions"), [(0, 0), (2, 1), (10, 9), (65_535, 65_534)])
def test_a_file_holds_the_number_of_repetitions(loop: int, repetitions: int) -> None:
    assert decode(gif_file(Size(1, 1), [], loop=loop)).loops == repetitions


def test_a_file_that_plays_once_has_no_loop_extension() -> None:
    assert b"NETSCAPE" not in gif_file(Size(1, 1), [], loop=1)
