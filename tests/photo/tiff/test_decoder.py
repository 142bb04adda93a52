from __future__ import annotations

import subprocess
import sys
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from tests.hostile.decompression_bombs import flat_tiff
from tests.hostile.file_builders import on_white
from tests.photo.tiff_builder import ASCII, FLOAT, LONG, SHORT, one, page, picture, tiff

from gifmill.errors import TooManyPixels, UnsupportedPhoto
from gifmill.photo import open_photo

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from tests.photo.tiff_builder import Order, Tags

    type Samples = NDArray[np.generic]

GREY = picture(channels=1)
COLOURS = picture()


def assert_shows(data: bytes, expected: Samples, tolerance: int = 0) -> None:
    pixels = open_photo(data).pixels
    assert pixels.shape[:2] == expected.shape[:2]
    assert abs(on_white(pixels) - expected.astype(float)).max() <= tolerance


def as_16_bits(pixels: NDArray[np.uint8]) -> NDArray[np.uint16]:
    return pixels.astype(np.uint16) * 257


def halves(opacity: NDArray[np.uint8], colours: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return colours with an opacity, on white."""
    part = opacity.astype(float) / 255
    return np.rint(colours * part + 255 * (1 - part)).astype(int)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("tile", [None, (16, 16), (16, 32), (48, 16)])
@pytest.mark.parametrize(("compression", "predictor"), [(1, 1), (8, 1), (8, 2), (34925, 2)])
def test_16_bit_colours_are_read_in_every_arrangement(
    *, order: Order, big: bool, planar: bool, tile: tuple[int, int] | None, compression: int, predictor: int
) -> None:
    options = {"order": order, "planar": planar, "tile": tile}
    data = one(as_16_bits(COLOURS), 2, big=big, compression=compression, predictor=predictor, **options)

    assert_shows(data, COLOURS)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "zstd", "tiff_adobe_deflate"])
def test_the_compressions_of_libtiff_are_read_for_16_bits(compression: str) -> None:
    file = BytesIO()
    Image.fromarray(as_16_bits(GREY)[..., 0]).save(file, "TIFF", compression=compression)

    assert_shows(file.getvalue(), GREY)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_8_bit_colours_are_read_in_every_kind_of_tiff(order: Order, *, big: bool) -> None:
    assert_shows(one(COLOURS, 2, order=order, big=big), COLOURS)


@pytest.mark.parametrize("rows", [1, 4, 1_000])
def test_strips_of_any_height_are_read(rows: int) -> None:
    assert_shows(one(as_16_bits(COLOURS), 2, planar=True, rows=rows), COLOURS)


@pytest.mark.parametrize("compression", [1, 8])
def test_fill_order_2_is_reversed(compression: int) -> None:
    tags, body = page(as_16_bits(GREY), 1, rows=1_000)
    body = zlib.compress(body) if compression == 8 else body
    turned = np.packbits(np.unpackbits(np.frombuffer(body, np.uint8)), bitorder="little").tobytes()
    more = {259: (SHORT, [compression]), 266: (SHORT, [2]), 279: (LONG, [len(body)])}

    assert_shows(tiff([({**tags, **more}, turned)]), GREY)


def test_planar_16_bit_colours_downscale_like_8_bit_ones() -> None:
    large = picture(400, 300)
    file = BytesIO()
    Image.fromarray(large).save(file, "PNG")
    expected = open_photo(file.getvalue(), max_side_px=40).pixels.astype(int)

    small = open_photo(one(as_16_bits(large), 2, planar=True, rows=7), max_side_px=40).pixels.astype(int)

    assert abs(small - expected).max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("kind", "factor"), [("u1", 1), ("u2", 257), ("u4", 16_843_009)])
def test_grey_whose_lowest_sample_is_white_is_inverted(order: Order, kind: str, factor: int) -> None:
    samples = GREY.astype(kind) * np.array(factor, kind)

    assert_shows(one(samples, 0, order=order), 255 - GREY)


def test_signed_bytes_are_scaled_from_lowest_to_highest_value() -> None:
    assert_shows(one((GREY.astype(int) - 128).astype(np.int8), 1), GREY)


@pytest.mark.parametrize("kind", ["i2", "u4", "i4", "u8", "f2", "f4", "f8"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_measurements_are_stretched_from_the_lowest_to_the_highest(kind: str, order: Order) -> None:
    samples = (GREY.astype(int) * 7 + 300).astype(kind)

    assert_shows(one(samples, 1, order=order), GREY, tolerance=int(kind == "f2"))


@pytest.mark.parametrize("predictor", [1, 2, 3])
@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_float_colours_in_0_to_1_are_not_stretched(
    predictor: int, tile: tuple[int, int] | None, kind: str
) -> None:
    samples = (COLOURS / 255).astype(kind)

    assert_shows(one(samples, 2, compression=8, predictor=predictor, tile=tile), COLOURS)


def test_dark_floats_in_0_to_1_stay_dark() -> None:
    assert_shows(one((GREY / 255 / 4).astype(np.float32), 1), np.floor(GREY / 4 + 0.5))


@pytest.mark.parametrize(("kind", "nodata"), [("f4", -9999.0), ("i2", -32768), ("u4", 4_294_967_295)])
def test_nodata_samples_are_black_and_do_not_affect_the_range(kind: str, nodata: float) -> None:
    samples = (GREY.astype(int) * 7 + 300).astype(kind)
    samples[2:4, 5:9] = nodata
    expected = GREY.copy()
    expected[2:4, 5:9] = 0
    text = str(int(nodata)).encode() + b"\x00"

    assert_shows(one(samples, 1, extra={42113: (ASCII, text)}), expected)


@pytest.mark.parametrize("tags", [{280: (SHORT, [0]), 281: (SHORT, [4_080])}, {281: (SHORT, [4_080])}])
def test_the_declared_maximum_sample_is_white(tags: Tags) -> None:
    assert_shows(one(GREY.astype(np.uint16) * 16, 1, extra=tags), GREY)


def test_the_declared_range_of_floats_is_scaled_from_black_to_white() -> None:
    samples = (GREY.astype(float) / 2 + 20).astype(np.float32)
    expected = np.floor(GREY / 2 + 0.5)

    assert_shows(one(samples, 1, extra={340: (FLOAT, [20]), 341: (FLOAT, [275])}), expected)


def test_a_declared_range_that_samples_exceed_is_ignored() -> None:
    assert_shows(one(as_16_bits(GREY), 1, extra={280: (SHORT, [0]), 281: (SHORT, [255])}), GREY)


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("order", ["<", ">"])
def test_samples_across_byte_boundaries_are_unpacked(bits: int, order: Order) -> None:
    levels = np.rint(GREY[..., 0].astype(float) * (2**bits - 1) / 255).astype(int)
    each = (levels[..., np.newaxis] >> np.arange(bits)[::-1] & 1).astype(np.uint8)
    packed = np.packbits(each.reshape(len(levels), -1), axis=1)
    tags, _ = page(GREY, 1, rows=1_000, extra={258: (SHORT, [bits])})
    data = tiff([({**tags, 279: (LONG, [packed.size])}, packed.tobytes())], order=order)

    assert_shows(data, GREY)


@pytest.mark.parametrize("kind", ["u1", "u2"])
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("photometric", [1, 2])
@pytest.mark.parametrize("role", [0, 1, 2])
def test_an_extra_sample_is_opacity_if_the_tag_declares_it(
    kind: str, photometric: int, role: int, *, planar: bool
) -> None:
    colours = GREY if photometric == 1 else COLOURS
    opacity = np.full_like(GREY, 102)
    stored = np.rint(colours * 0.4).astype(np.uint8) if role == 1 else colours
    samples = np.concatenate([stored, opacity], axis=2)
    samples = as_16_bits(samples) if kind == "u2" else samples
    expected = colours if role == 0 else halves(opacity, colours)
    data = one(samples, photometric, planar=planar, extra={338: (SHORT, [role])})

    assert_shows(data, expected, tolerance=2)
    if role:
        assert (open_photo(data).pixels[..., 3] == 102).all()


@pytest.mark.parametrize("kind", ["u1", "u2"])
@pytest.mark.parametrize(("alpha", "ink"), [(None, 255), (255, 255), (102, 102), (0, 0)])
def test_cmyk_with_opacity_is_laid_on_white(kind: str, alpha: int | None, ink: int) -> None:
    def samples(*levels: int) -> Samples:
        flat = np.tile(np.array(levels, np.uint8), (8, 8, 1))
        return as_16_bits(flat) if kind == "u2" else flat

    tags = {} if alpha is None else {338: (SHORT, [2])}
    data = one(samples(0, 255, 0, 0, *([] if alpha is None else [alpha])), 5, extra=tags)

    assert_shows(data, open_photo(one(samples(0, ink, 0, 0), 5)).pixels)


@pytest.mark.parametrize("photometric", [8, 9])
@pytest.mark.parametrize("kind", ["u1", "u2"])
@pytest.mark.parametrize("planar", [False, True])
def test_cielab_is_converted(photometric: int, kind: str, *, planar: bool) -> None:
    """The colour is 180, 120, 80 in sRGB, adapted to D50 by Bradford. Source: CIE 15; IEC 61966-2-1."""
    lightness, red, yellow = 56.194, 21.035, 31.878
    if kind == "u1":
        levels = [lightness * 2.55, red + 128 * (photometric == 9), yellow + 128 * (photometric == 9)]
    else:
        whole = 65_535 if photometric == 8 else 65_280
        shift = 32_768 * (photometric == 9)
        levels = [lightness / 100 * whole, red * 256 + shift, yellow * 256 + shift]
    samples = np.tile(np.rint(levels).astype(kind), (8, 8, 1))

    assert_shows(one(samples, photometric, planar=planar), np.full((8, 8, 3), (180, 120, 80)), tolerance=2)


def test_the_first_page_in_full_size_is_read() -> None:
    thumbnail = page(picture(9, 6), 2, extra={254: (LONG, [1])})
    mask = page(GREY, 1, extra={254: (LONG, [4])})
    full = page(COLOURS, 2, extra={254: (LONG, [0])})

    assert_shows(tiff([thumbnail, mask, full, page(picture(90, 60), 2)]), COLOURS)


def test_the_old_subfile_type_marks_a_thumbnail() -> None:
    assert_shows(tiff([page(picture(9, 6), 2, extra={255: (SHORT, [2])}), page(COLOURS, 2)]), COLOURS)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("samples", [COLOURS, as_16_bits(COLOURS)])
def test_the_page_in_full_size_may_be_inside_another(samples: Samples, *, big: bool) -> None:
    thumbnail = page(picture(9, 6), 2, extra={254: (LONG, [1]), 330: (16 if big else 13, [1])})

    assert_shows(tiff([thumbnail, page(samples, 2)], big=big), COLOURS)


def test_the_largest_of_only_reduced_pages_is_read() -> None:
    reduced: Tags = {254: (LONG, [1])}

    assert_shows(tiff([page(picture(9, 6), 2, extra=reduced), page(COLOURS, 2, extra=reduced)]), COLOURS)


@pytest.mark.parametrize("samples", [COLOURS, as_16_bits(COLOURS)])
@pytest.mark.parametrize("on", [0, 1])
def test_the_orientation_is_that_of_the_page_or_of_the_first_page(samples: Samples, on: int) -> None:
    turned: Tags = {274: (SHORT, [6])}
    first = page(picture(9, 6), 2, extra={254: (LONG, [1]), **(turned if on == 0 else {})})

    assert_shows(tiff([first, page(samples, 2, extra=turned if on == 1 else {})]), np.rot90(COLOURS, -1))


@pytest.mark.parametrize(
    ("compression", "name"),
    [(34712, "JPEG 2000"), (34887, "LERC"), (50001, "WebP"), (50002, "JPEG XL"), (4711, "compression 4711")],
)
def test_the_error_for_an_unsupported_compression_names_it(compression: int, name: str) -> None:
    data = one(COLOURS, 2, extra={259: (SHORT, [compression])})

    with pytest.raises(UnsupportedPhoto, match=rf"not supported \({name}.*Save it as a PNG\."):
        open_photo(data)


@pytest.mark.parametrize(
    "tags",
    [
        {258: (SHORT, [5, 6, 5])},
        {262: (SHORT, [32844])},
        {262: (SHORT, [6]), 530: (SHORT, [2, 2])},
        {262: (SHORT, [6]), 258: (SHORT, [16, 16, 16])},
        {339: (SHORT, [6, 6, 6]), 258: (SHORT, [64, 64, 64])},
        {258: (SHORT, [24, 24, 24])},
        {259: (SHORT, [7]), 258: (SHORT, [12, 12, 12])},
    ],
)
def test_unsupported_samples_are_not_reported_as_damage(tags: Tags) -> None:
    with pytest.raises(UnsupportedPhoto, match=r"Save it as a PNG\."):
        open_photo(one(COLOURS, 2, extra=tags))


@pytest.mark.parametrize("tags", [{322: (LONG, [60_000]), 323: (LONG, [60_000])}, {277: (SHORT, [60_000])}])
def test_samples_over_the_memory_limit_have_too_many_pixels(tags: Tags) -> None:
    data = one(as_16_bits(picture(64, 64, 1)), 1, tile=(64, 64), extra={**tags, 257: (LONG, [60_000])})

    with pytest.raises(TooManyPixels):
        open_photo(data)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate"])
@pytest.mark.parametrize("mode", ["RGB", "I;16"])
def test_nothing_is_printed_for_a_damaged_file(tmp_path: Path, compression: str, mode: str) -> None:
    file = tmp_path / "damaged.tif"
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    image = Image.fromarray(noise if mode == "RGB" else noise[..., 0].astype(np.uint16))
    image.save(file, "TIFF", compression=compression)
    data = bytearray(file.read_bytes())
    data[1_000:1_400] = bytes(range(200)) * 2
    script = "import sys; from gifmill.photo.opening import *\n"
    script += "try: open_photo(sys.argv[1])\nexcept PhotoError: pass"
    file.write_bytes(data)

    done = subprocess.run([sys.executable, "-c", script, file], capture_output=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, b"")


def test_odd_metadata_gives_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    odd = {282: (SHORT, [1, 2, 3]), 305: (SHORT, [7]), 306: (4, [1]), 34665: (LONG, [7])}

    assert_shows(one(COLOURS, 2, extra=odd), COLOURS)
    assert not recwarn


def without_interpretation(image: tuple[Tags, bytes]) -> bytes:
    tags, pixels = image
    return tiff([({tag: value for tag, value in tags.items() if tag != 262}, pixels)])


@pytest.mark.parametrize(
    "samples", [GREY, as_16_bits(GREY), (GREY / 255).astype(np.float32)], ids=["8 bits", "16 bits", "floats"]
)
def test_grey_without_photometric_interpretation_is_min_is_black(
    samples: Samples,
) -> None:
    assert_shows(without_interpretation(page(samples, 1)), GREY, 1)


def test_colours_without_photometric_interpretation_are_rgb() -> None:
    assert_shows(without_interpretation(page(COLOURS, 2)), COLOURS)


def test_a_strip_larger_than_pillows_pixel_limit_is_read() -> None:
    data = flat_tiff((6_001, 5_000), [16, 16, 16], rows=5_000)

    assert open_photo(data, max_side_px=60).size == (60, 50)
