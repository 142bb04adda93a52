"""LZW codes, decoded by an independent decoder, and Pillow's private encoder that writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.gif.decoder import sub_blocks, unpack

from gifmill.gif.lzw import compress

if TYPE_CHECKING:
    from gifmill.animation import Indices


def unpacked(code: bytes, code_size: int, count: int) -> bytes:
    _, parts = sub_blocks(code + b"\0", 0)
    return unpack(b"".join(parts), code_size, count)


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


def test_code_of_more_than_one_buffer_is_joined() -> None:
    indices = np.random.default_rng(2).integers(0, 256, (1080, 1080), np.uint8)
    code = compress(indices, 8)
    assert len(code) > 1 << 20
    assert unpacked(code, 8, indices.size) == indices.tobytes()


def test_rows_need_not_be_contiguous() -> None:
    indices = np.arange(64, dtype=np.uint8).reshape(8, 8).T
    assert unpacked(compress(indices, 6), 6, 64) == indices.tobytes()


def test_pillows_gif_encoder_accepts_a_code_size_without_interlacing() -> None:
    """If this fails after an upgrade of Pillow, gif/lzw.py must be adapted."""
    encoder = Image._getencoder("L", "gif", ("L", 2, 0), ())
    encoder.setimage(Image.new("L", (3, 1), 1).im, (0, 0, 3, 1))
    written, status, code = encoder.encode(100)
    encoder.cleanup()
    # Lowest bits first: 100 (clear), 001 (index), 110 (the pair just defined), 101 (end).
    assert (written, status, code) == (3, 1, bytes([2, 0b10_001_100, 0b101_1]))
