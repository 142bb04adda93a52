from __future__ import annotations

import struct

import numpy as np
import pytest
from tests.gif.decoder import decode

from gifmill.animation import Plain, Size, Tiles
from gifmill.gif.gif89a_writer import gif_file, image_block
from gifmill.gif.indexed_image import IndexedImage

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
PALETTE = np.array([RED, GREEN, BLUE], np.uint8)


def picture(rows: list[list[int]], *, shared: bool = False) -> IndexedImage:
    return IndexedImage(np.array(rows, np.uint8), PALETTE, shared)


def test_the_smallest_file_has_the_expected_bytes() -> None:
    one = IndexedImage(np.zeros((1, 1), np.uint8), np.array([RED], np.uint8))
    assert gif_file(Size(1, 1), [image_block(one, 300)]) == bytes.fromhex(
        "474946383961 0100 0100 70 00 00"  # GIF89a, 1 x 1, no global table
        "21ff 0b 4e45545343415045322e30 03 01 0000 00"  # NETSCAPE2.0, loops forever
        "21f9 04 04 2c01 00 00"  # disposal 1, 300 cs, no transparent entry
        "2c 0000 0000 0100 0100 80"  # at 0, 0, local table of 2 colours
        "ff0000 000000"
        "02 02 4401 00 3b"  # codes 4 (clear), 0, 5 (end)
    )


def test_a_cropped_frame_keeps_its_position_and_transparency() -> None:
    whole = image_block(picture([[0, 0, 0], [0, 0, 0]]), 5)
    part = image_block(picture([[1, 2]]), 6, left=1, top=1, clear=2)
    found = decode(gif_file(Size(3, 2), [whole, part]))
    assert found.canvases[1] == [RED, RED, RED, RED, GREEN, RED]
    assert [block.clear for block in found.blocks] == [None, 2]


def test_entry_0_can_be_transparent() -> None:
    whole, part = image_block(picture([[1]]), 5), image_block(picture([[0]]), 5, clear=0)
    assert decode(gif_file(Size(1, 1), [whole, part])).canvases[1] == [GREEN]


def test_shared_pictures_use_the_global_table() -> None:
    found = decode(gif_file(Size(2, 1), [image_block(picture([[2, 1]], shared=True), 5)], PALETTE))
    assert found.canvases == [[BLUE, GREEN]]
    assert not found.blocks[0].local


@pytest.mark.parametrize("shared", [False, True])
def test_ordered_greys_are_written_in_reverse(shared: bool) -> None:
    greys = np.arange(4, dtype=np.uint8)[:, None].repeat(3, axis=1)
    first, second = ([[0, 1], [2, 3]], 5, None), ([[3, 0], [0, 0]], 5, 0)
    images = [
        image_block(IndexedImage(np.array(rows, np.uint8), greys, shared), delay_cs, clear=clear)
        for rows, delay_cs, clear in (first, second)
    ]
    found = decode(gif_file(Size(2, 2), images, greys if shared else None))
    assert found.canvases == [[(n, n, n) for n in row] for row in ([0, 1, 2, 3], [3, 1, 2, 3])]


def test_a_delay_beyond_16_bits_is_rejected() -> None:
    image_block(picture([[0]]), 65_535)
    with pytest.raises(struct.error):
        image_block(picture([[0]]), 65_536)


def test_a_canvas_beyond_16_bits_is_rejected() -> None:
    with pytest.raises(struct.error):
        gif_file(Size(65_536, 1), [])


def test_trimming_a_palette_keeps_the_picture() -> None:
    full = picture([[2, 0], [2, 2]])
    trimmed = full.without_unused_entries()
    assert trimmed.palette.tolist() == [list(RED), list(BLUE)]
    np.testing.assert_array_equal(trimmed.palette[trimmed.indices], full.palette[full.indices])
    assert trimmed.without_unused_entries() is trimmed


def test_layouts_keep_the_palette() -> None:
    laid = picture([[0, 1]], shared=True).laid_out(Tiles(), Size(3, 2))
    assert laid.indices.tolist() == [[0, 1, 0], [0, 1, 0]]
    assert laid.shared
    assert laid.palette is PALETTE
    assert not laid.equals(picture([[0, 1, 1], [0, 1, 0]]).laid_out(Plain(), Size(3, 2)))
