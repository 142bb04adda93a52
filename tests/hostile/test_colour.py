"""Colours that arrive in another form than 8-bit sRGB."""

from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageCms
from tests.hostile.files import WHITE, display_p3, encoded, linear_grey, odd_inks, png, quadrants

from gifmill.photo import open_photo

Levels = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def opened(image: Image.Image, kind: str, **options: object) -> Levels:
    return open_photo(encoded(image, kind, **options)).pixels.astype(float)


def flat(mode: str, colour: object) -> Image.Image:
    return Image.new(mode, (8, 8), colour)  # type: ignore[arg-type]


def p3_in_srgb(colour: tuple[int, int, int]) -> Levels:
    """By the two spaces' own matrices. Source: CSS Color 4, section 18 (sample code)."""
    to_xyz = [
        [0.4865709486, 0.2656676932, 0.1982172852],
        [0.2289745641, 0.6917385218, 0.0792869141],
        [0.0000000000, 0.0451133819, 1.0439443689],
    ]
    to_srgb = [
        [3.2409699419, -1.5373831776, -0.4986107603],
        [-0.9692436363, 1.8759675015, 0.0415550574],
        [0.0556300797, -0.2039769589, 1.0569715142],
    ]
    encoded_levels = np.array(colour) / 255
    linear = np.where(
        encoded_levels <= 0.04045, encoded_levels / 12.92, ((encoded_levels + 0.055) / 1.055) ** 2.4
    )
    linear = np.array(to_srgb) @ np.array(to_xyz) @ linear
    levels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)
    clipped: Levels = np.clip(levels * 255, 0, 255)
    return clipped


@pytest.mark.parametrize("colour", [(180, 120, 100), (90, 140, 80), (128, 128, 128), (200, 0, 0)])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP", "AVIF"])
def test_display_p3_becomes_srgb(kind: str, colour: tuple[int, int, int]) -> None:
    lossy = {"quality": 100} if kind in {"JPEG", "WEBP", "AVIF"} else {}
    pixels = opened(flat("RGB", colour), kind, icc_profile=display_p3(), **lossy)

    assert abs(pixels - p3_in_srgb(colour)).max() <= (4 if lossy else 1.5)


def test_display_p3_is_more_colourful_than_srgb_of_the_same_numbers() -> None:
    red, green, blue = opened(flat("RGB", (180, 120, 100)), "PNG", icc_profile=display_p3())[0, 0]

    assert red > 185
    assert green < 120
    assert blue < 100


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = opened(quadrants(), "PNG", icc_profile=profile)

    assert abs(pixels - np.asarray(quadrants())).max() <= 1


@pytest.mark.parametrize(
    "profile",
    [b"", b"\x00", bytes(200), b"no profile" * 50, display_p3()[:300], display_p3()[:130] + bytes(406)],
    ids=["empty", "a null", "nulls", "text", "half", "no tags"],
)
def test_a_broken_profile_is_taken_for_srgb(profile: bytes) -> None:
    pixels = opened(quadrants(), "TIFF", icc_profile=profile)

    assert np.array_equal(pixels, np.asarray(quadrants()))


def test_a_profile_of_another_colour_space_is_taken_for_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    pixels = opened(quadrants(), "TIFF", icc_profile=lab)

    assert np.array_equal(pixels, np.asarray(quadrants()))


def test_a_grey_photo_with_a_profile_for_colours_stays_grey() -> None:
    pixels = opened(flat("L", 100), "PNG", icc_profile=display_p3())

    assert abs(pixels - 100).max() <= 1


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_profile_of_greys_is_applied(mode: str) -> None:
    pixels = opened(flat(mode, 128 if mode == "L" else (128, 255)), "PNG", icc_profile=linear_grey())

    assert abs(pixels - 188).max() <= 1  # half the light, by sRGB's curve


def test_alpha_survives_a_profile() -> None:
    image = flat("RGBA", (180, 120, 100, 0))
    image.paste((180, 120, 100, 255), (0, 0, 4, 8))
    pixels = opened(image, "PNG", icc_profile=display_p3())

    assert abs(pixels[:, :4] - p3_in_srgb((180, 120, 100))).max() <= 1.5
    assert (pixels[:, 4:] == 255).all()


INKS = {"red": (0, 255, 255, 0), "green": (255, 0, 255, 0), "white": (0, 0, 0, 0), "black": (0, 0, 0, 255)}
SEEN = {"red": (255, 0, 0), "green": (0, 255, 0), "white": (255, 255, 255), "black": (0, 0, 0)}


@pytest.mark.parametrize("name", sorted(INKS))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_seen_in_its_colours(kind: str, name: str) -> None:
    pixels = opened(flat("CMYK", INKS[name]), kind)

    assert abs(pixels - SEEN[name]).max() <= 3


def test_a_cmyk_jpeg_holds_the_absence_of_ink_with_and_without_adobes_mark() -> None:
    """Photoshop stores 255 for no ink, and everybody followed, whether or not they leave Adobe's mark."""
    data = encoded(flat("CMYK", INKS["red"]), "JPEG", quality=100)
    at = data.index(b"\xff\xee\x00\x0eAdobe")
    unmarked = data[:at] + data[at + 16 :]

    for file in (data, unmarked):
        assert abs(open_photo(file).pixels.astype(int) - SEEN["red"]).max() <= 3


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_profile_of_inks_is_applied(kind: str) -> None:
    image = flat("CMYK", (0, 0, 0, 0))
    image.paste((255, 0, 0, 0), (0, 0, 8, 4))
    pixels = opened(image, kind, icc_profile=odd_inks())

    assert abs(pixels[:3] - 145).max() <= 3  # L* = 60
    assert (pixels[5:] >= 253).all()


def ramp_16() -> bytes:
    """A grey PNG of 256 pixels: level k of 255, in 16 bits."""
    row = b"\x00" + struct.pack(">256H", *(level * 257 for level in range(256)))
    return png(256, 1, 16, 0, row)


def test_16_bit_grey_is_scaled_and_not_clipped() -> None:
    pixels = open_photo(ramp_16()).pixels

    assert pixels[0, :, 0].tolist() == list(range(256))


@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_16_bit_grey_tiff_of_either_byte_order_is_scaled(order: str) -> None:
    levels = (np.arange(256) * 257).astype(order).reshape(16, 16)
    mark, short, long = (b"II*\x00", "<H", "<I") if order == "<u2" else (b"MM\x00*", ">H", ">I")
    tags = [(256, 16), (257, 16), (258, 16), (259, 1), (262, 1), (273, 8), (277, 1), (278, 16), (279, 512)]
    directory = struct.pack(short, len(tags))
    for tag, value in tags:
        directory += struct.pack(short, tag) + struct.pack(short, 4) + struct.pack(long, 1)
        directory += struct.pack(long, value)
    data = mark + struct.pack(long, 8 + 512) + levels.tobytes() + directory + bytes(4)

    assert open_photo(data).pixels[..., 1].ravel().tolist() == list(range(256))


def test_16_bit_colours_are_scaled() -> None:
    row = b"\x00" + struct.pack(">6H", 65_535, 32_896, 0, 257, 25_700, 51_400)
    pixels = open_photo(png(2, 1, 16, 2, row)).pixels

    assert pixels.tolist() == [[[255, 128, 0], [1, 100, 200]]]


def test_floats_go_from_black_to_white() -> None:
    levels = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    levels[0, 0], levels[7, 7] = np.nan, np.inf
    pixels = open_photo(encoded(Image.fromarray(levels), "TIFF")).pixels.ravel().astype(int)

    steps = [after - before for before, after in pairwise(pixels[:-3:3])]
    assert pixels[:-3].min() == 0
    assert pixels.max() == 255
    assert min(steps) >= 3


def test_floats_of_any_size_are_a_photo() -> None:
    levels = np.array([[-3e38, 0], [0, 3e38]], np.float32)

    assert open_photo(encoded(Image.fromarray(levels), "TIFF")).pixels[..., 0].tolist() == [
        [0, 128],
        [128, 255],
    ]


def test_one_level_of_32_bits_is_a_photo() -> None:
    assert open_photo(encoded(flat("I", 70_000), "TIFF")).size == (8, 8)


@pytest.mark.parametrize("colour", [0, 255])
def test_one_bit_is_black_or_white(colour: int) -> None:
    assert (opened(flat("1", colour), "TIFF") == colour).all()


def test_one_bit_shrinks_to_greys() -> None:
    checks = Image.fromarray((np.indices((64, 64)).sum(axis=0) % 2).astype(bool))

    small = open_photo(encoded(checks, "TIFF"), max_side_px=8).pixels

    assert abs(small.astype(int) - 128).max() <= 8


def test_lab_is_seen_in_its_colours() -> None:
    profile = ImageCms.createProfile("sRGB")
    lab = ImageCms.profileToProfile(quadrants(), profile, ImageCms.createProfile("LAB"), outputMode="LAB")
    assert lab is not None

    assert abs(opened(lab, "TIFF") - np.asarray(quadrants())).mean() <= 3


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr", "P", "PA"])
def test_every_opaque_mode_of_a_tiff_is_read(mode: str) -> None:
    grey = quadrants().convert("L")
    pixels = opened(grey.convert(mode), "TIFF")

    assert abs(pixels - np.asarray(grey.convert("RGB"))).max() <= 2


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "LA"), ("TIFF", "RGBA"), ("TIFF", "LA"), ("WEBP", "RGBA"), ("AVIF", "RGBA")],
)
def test_what_is_transparent_is_laid_on_white(kind: str, mode: str) -> None:
    black = (0, 0, 0) if mode == "RGBA" else (0,)
    image = flat(mode, (*black, 0))
    image.paste((*black, 128), (0, 0, 8, 4))
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "AVIF" else {}
    pixels = opened(image, kind, **options)

    assert abs(pixels[:3] - 127).max() <= 2
    assert (pixels[5:] >= 254).all()


@pytest.mark.parametrize("size_px", [8, 64])
def test_hidden_colours_do_not_bleed_when_shrunk(size_px: int) -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 31, 64))

    small = open_photo(encoded(image, "PNG"), max_side_px=size_px).pixels.astype(int)

    assert (small[..., 0] <= small[..., 1] + 1).all(), "red comes from nowhere but under full transparency"


def test_premultiplied_alpha_is_undone() -> None:
    image = flat("RGBa", (64, 0, 0, 128))
    pixels = opened(image.convert("RGBA"), "TIFF")

    assert abs(pixels - (191, 127, 127)).max() <= 2


@pytest.mark.parametrize(
    ("kind", "transparency"), [("GIF", 2), ("PNG", 2), ("PNG", bytes([255, 255, 0, 255]))]
)
def test_a_palettes_transparent_entry_is_laid_on_white(kind: str, transparency: int | bytes) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, *WHITE, 10, 20, 30, 200, 0, 0])
    image.paste(2, (0, 0, 4, 8))
    pixels = opened(image, kind, transparency=transparency)

    assert (pixels[:, :4] == 255).all()
    assert (pixels[:, 4:] == WHITE).all()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_colour_declared_transparent_is_laid_on_white(mode: str) -> None:
    colour = 10 if mode == "L" else (10, 20, 30)
    image = flat(mode, colour)
    image.paste(0, (0, 0, 4, 8))
    pixels = opened(image, "PNG", transparency=colour)

    assert (pixels[:, 4:] == 255).all()
    assert (pixels[:, :4] == 0).all()


def test_of_a_tiff_of_several_pages_the_first_is_read() -> None:
    pages = [flat("RGB", (10, 20, 30)), flat("L", 200), flat("1", 1)]
    pixels = opened(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    assert (pixels == (10, 20, 30)).all()
