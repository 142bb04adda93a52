"""LZW codes, decoded by Pillow and by a decoder that shares no code with the encoder."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.gif.decoder import sub_blocks, unpack

from gifmill.gif.lzw import compress, max_code_bytes
from gifmill.gif.native import library

if TYPE_CHECKING:
    from gifmill.animation import Indices


def unpacked(code: bytes, code_size: int, count: int) -> bytes:
    _, parts = sub_blocks(code + b"\0", 0)
    return unpack(b"".join(parts), code_size, count)


def bare_gif(indices: Indices, code_size: int) -> bytes:
    """Return a GIF of one grey picture."""
    height, width = indices.shape
    size = struct.pack("<HH", width, height)
    greys = bytes(grey for grey in range(1 << code_size) for _ in "rgb")
    head = b"GIF89a" + size + bytes([0x80 | code_size - 1, 0, 0]) + greys
    return head + b"," + bytes(4) + size + bytes([0, code_size]) + compress(indices, code_size) + b"\0;"


@st.composite
def pictures(draw: st.DrawFn) -> tuple[Indices, int]:
    code_size = draw(st.integers(2, 8))
    width, height = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    colours = draw(st.integers(1, 1 << code_size))
    seed, run = draw(st.integers(0, 99)), draw(st.sampled_from([1, 3, 40]))
    flat = np.random.default_rng(seed).integers(0, colours, -(-width * height // run), np.uint8)
    return flat.repeat(run)[: width * height].reshape(height, width), code_size


@given(pictures())
@settings(max_examples=60)
def test_decoding_returns_the_indices(picture: tuple[Indices, int]) -> None:
    indices, code_size = picture
    assert unpacked(compress(indices, code_size), code_size, indices.size) == indices.tobytes()


@pytest.mark.parametrize("code_size", range(2, 9))
def test_a_full_code_table_is_cleared_at_every_code_size(code_size: int) -> None:
    indices = np.random.default_rng(1).integers(0, 1 << code_size, (150, 150), np.uint8)
    assert unpacked(compress(indices, code_size), code_size, indices.size) == indices.tobytes()


def test_all_sub_blocks_but_the_last_have_255_bytes() -> None:
    for side in range(1, 40):
        indices = np.random.default_rng(side).integers(0, 256, (side, side), np.uint8)
        _, parts = sub_blocks(compress(indices, 8) + b"\0", 0)
        assert all(len(part) == 255 for part in parts[:-1])


@pytest.mark.parametrize("code_size", range(2, 9))
def test_code_of_any_length_is_correct(code_size: int) -> None:
    """So the end code is read at every bit position, and where the last index has widened it."""
    indices = np.random.default_rng(code_size).integers(0, 1 << code_size, 700, np.uint8)
    for count in range(1, indices.size + 1):
        code = compress(indices[None, :count], code_size)
        assert unpacked(code, code_size, count) == indices[:count].tobytes()
        assert len(code) <= max_code_bytes(count)


@given(pictures())
@settings(max_examples=60)
def test_pillow_decodes_the_same_indices(picture: tuple[Indices, int]) -> None:
    indices, code_size = picture
    with Image.open(BytesIO(bare_gif(indices, code_size))) as decoded:
        assert np.array_equal(np.asarray(decoded), indices)


def test_pillow_decodes_a_large_picture() -> None:
    indices = np.random.default_rng(2).integers(0, 256, (1080, 1080), np.uint8)
    with Image.open(BytesIO(bare_gif(indices, 8))) as decoded:
        assert np.array_equal(np.asarray(decoded), indices)


def test_code_of_a_small_picture_is_as_in_the_specification() -> None:
    # Lowest bits first: 100 (clear), 001 (index), 110 (the pair just defined), 101 (end).
    assert compress(np.ones((1, 3), np.uint8), 2) == bytes([2, 0b10_001_100, 0b101_1])


def test_rows_need_not_be_contiguous() -> None:
    indices = np.arange(64, dtype=np.uint8).reshape(8, 8).T
    assert unpacked(compress(indices, 6), 6, 64) == indices.tobytes()


def test_an_index_too_large_for_the_code_size_is_rejected() -> None:
    with pytest.raises(ValueError, match="The largest index, 4, needs more than 2 bits"):
        compress(np.array([[0, 4, 3]], np.uint8), 2)


@pytest.mark.parametrize("code_size", [-1, 1, 9, 64])
def test_other_code_sizes_are_rejected(code_size: int) -> None:
    with pytest.raises(ValueError, match=f"The code size {code_size} is not between 2 and 8"):
        compress(np.zeros((1, 1), np.uint8), code_size)


@given(pictures(), st.floats(0, 1))
@settings(max_examples=60)
def test_a_buffer_that_is_too_small_is_reported_and_never_exceeded(
    picture: tuple[Indices, int], share: float
) -> None:
    indices, code_size = picture
    length = len(compress(indices, code_size))
    capacity = min(int(share * length), length - 1)
    buffer = np.full(length + 64, 0xA5, np.uint8)
    assert library().gifmill_lzw(indices, indices.size, code_size, buffer, capacity) == -1
    assert (buffer[capacity:] == 0xA5).all()
    assert library().gifmill_lzw(indices, indices.size, code_size, buffer, length) == length
