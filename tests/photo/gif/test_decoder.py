from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image
from tests.hostile.file_builders import BLUE, GREEN, RED, WHITE, encoded, on_white

from gifmill.errors import DamagedPhoto, TooManyPixels
from gifmill.photo import open_photo
from gifmill.settings import Settings

PALETTE = [*RED, *GREEN, *BLUE, *WHITE]
INDICES = np.random.default_rng(5).integers(0, 4, (10, 14), np.uint8)
LEFT, TOP = 5, 3


def gif(
    *,
    canvas: tuple[int, int] = (30, 20),
    local: bool = False,
    interlaced: bool = False,
    clear: int | None = None,
) -> bytes:
    """Return a GIF of `INDICES` at (5, 3) on a canvas whose background colour is the third of the palette.

    Source: GIF89a specification, sections 18 to 23.
    """
    image = Image.fromarray(INDICES).convert("P")
    image.putpalette(PALETTE)
    plain = encoded(image, "GIF", optimize=False, interlace=interlaced)
    palette_bytes = 3 * 2 ** ((plain[10] & 7) + 1)
    palette, rest = plain[13 : 13 + palette_bytes], plain[plain.index(b",\x00\x00\x00\x00") :]
    flags = 0x80 | plain[10] & 7
    screen = b"GIF89a" + struct.pack("<HHBBB", *canvas, 0 if local else flags, 2, 0)
    control = b"!\xf9\x04" + bytes([0 if clear is None else 1, 10, 0, clear or 0, 0])
    descriptor = (
        b"," + struct.pack("<HHHH", LEFT, TOP, 14, 10) + bytes([rest[9] & 0x40 | (flags if local else 0)])
    )
    return b"".join(
        [screen, b"" if local else palette, control, descriptor, palette if local else b"", rest[10:]]
    )


def expected(
    canvas: tuple[int, int] = (30, 20), clear: int | None = None
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    pixels = np.zeros((canvas[1], canvas[0], 4), np.uint8)
    frame = np.insert(np.array(PALETTE, np.uint8).reshape(4, 3)[INDICES], 3, 255, axis=2)
    if clear is not None:
        frame[clear == INDICES] = 0
    pixels[TOP : TOP + 10, LEFT : LEFT + 14] = frame
    return pixels


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("clear", [None, 0, 1])
def test_the_canvas_around_a_first_frame_is_transparent(
    *, local: bool, interlaced: bool, clear: int | None
) -> None:
    pixels = open_photo(gif(local=local, interlaced=interlaced, clear=clear)).pixels

    assert np.array_equal(pixels, expected(clear=clear))


def test_a_first_frame_after_comments_is_found() -> None:
    data = gif()
    at = data.index(b"!\xf9")

    assert np.array_equal(open_photo(data[:at] + b"!\xfe\x03abc\x00" + data[at:]).pixels, expected())


def test_a_frame_outside_the_canvas_enlarges_it() -> None:
    pixels = open_photo(gif(canvas=(9, 9))).pixels

    assert np.array_equal(pixels, expected(canvas=(LEFT + 14, TOP + 10)))


def test_downscaling_the_canvas_in_strips_equals_downscaling_it_afterwards() -> None:
    pixels = open_photo(gif(canvas=(600, 400)), max_side_px=60).pixels

    resized = Image.fromarray(expected(canvas=(600, 400))).resize((60, 40), Image.Resampling.LANCZOS)
    assert abs(on_white(pixels) - on_white(np.asarray(resized))).mean() < 0.5
    assert (pixels[5:] == 0).all()


def test_the_pixel_limit_applies_to_the_canvas() -> None:
    assert open_photo(gif(), settings=Settings(max_photo_pixels=600)).size == (30, 20)
    with pytest.raises(TooManyPixels, match="30 x 20 px"):
        open_photo(gif(), settings=Settings(max_photo_pixels=599))


def test_a_frame_without_pixels_is_damaged() -> None:
    data = bytearray(gif())
    at = data.index(b"," + struct.pack("<HH", LEFT, TOP))
    data[at + 5 : at + 7] = bytes(2)

    with pytest.raises(DamagedPhoto):
        open_photo(bytes(data))


@pytest.mark.parametrize("canvas", [(4, 2), (9, 9)])
def test_a_local_grey_palette_overrides_the_global_one(canvas: tuple[int, int]) -> None:
    greys = np.arange(4, dtype=np.uint8).repeat(3).tobytes()
    other = bytes([9, 9, 200] * 4)
    indices = np.array([[0, 1, 2, 3], [3, 2, 1, 0]], np.uint8)
    image = Image.fromarray(indices).convert("P")
    image.putpalette(greys)
    plain = encoded(image, "GIF", optimize=False)
    at = plain.index(b",\x00\x00\x00\x00")
    screen = plain[:6] + struct.pack("<HH", *canvas) + bytes([0x81, 0, 0]) + other
    data = screen + plain[at : at + 9] + b"\x81" + greys + plain[at + 10 :]

    assert open_photo(data).pixels[:2, :4, 0].tolist() == indices.tolist()
