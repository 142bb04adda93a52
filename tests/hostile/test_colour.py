"""Conversion of colour spaces to sRGB."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms
from tests.hostile.avif_builder import avif, nclx
from tests.hostile.file_builders import display_p3, encoded, linear_grey, quadrants, unusual_cmyk
from tests.hostile.heic_builder import heic

from gifmill.photo import open_photo

Levels = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def opened(image: Image.Image, kind: str, **options: object) -> Levels:
    return open_photo(encoded(image, kind, **options)).pixels.astype(float)


def flat(mode: str, colour: object) -> Image.Image:
    return Image.new(mode, (8, 8), colour)  # type: ignore[arg-type]


def p3_in_srgb(colour: tuple[int, int, int]) -> Levels:
    """Convert by the published matrices of both spaces. Source: CSS Color 4, section 18 (sample code)."""
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


def test_display_p3_is_more_saturated_than_srgb_of_the_same_numbers() -> None:
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
    ids=["empty", "a null byte", "null bytes", "text", "truncated", "without tags"],
)
def test_a_broken_profile_is_treated_as_srgb(profile: bytes) -> None:
    pixels = opened(quadrants(), "TIFF", icc_profile=profile)

    assert np.array_equal(pixels, np.asarray(quadrants()))


def test_a_profile_of_another_colour_space_is_treated_as_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    pixels = opened(quadrants(), "TIFF", icc_profile=lab)

    assert np.array_equal(pixels, np.asarray(quadrants()))


def test_a_grey_photo_with_an_rgb_profile_stays_grey() -> None:
    pixels = opened(flat("L", 100), "PNG", icc_profile=display_p3())

    assert abs(pixels - 100).max() <= 1


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_applied(mode: str) -> None:
    pixels = opened(flat(mode, 128 if mode == "L" else (128, 255)), "PNG", icc_profile=linear_grey())

    assert abs(pixels - 188).max() <= 1  # half the light, by sRGB's curve


def test_alpha_survives_a_profile() -> None:
    image = flat("RGBA", (180, 120, 100, 0))
    image.paste((180, 120, 100, 255), (0, 0, 4, 8))
    pixels = opened(image, "PNG", icc_profile=display_p3())

    assert abs(pixels[:, :4, :3] - p3_in_srgb((180, 120, 100))).max() <= 1.5
    assert (pixels[:, :4, 3] == 255).all()
    assert (pixels[:, 4:] == 0).all()


INKS = {"red": (0, 255, 255, 0), "green": (255, 0, 255, 0), "white": (0, 0, 0, 0), "black": (0, 0, 0, 255)}
INKS_IN_SRGB = {"red": (255, 0, 0), "green": (0, 255, 0), "white": (255, 255, 255), "black": (0, 0, 0)}


@pytest.mark.parametrize("name", sorted(INKS))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_converted(kind: str, name: str) -> None:
    pixels = opened(flat("CMYK", INKS[name]), kind)

    assert abs(pixels - INKS_IN_SRGB[name]).max() <= 3


def test_a_cmyk_jpeg_is_inverted_with_and_without_an_adobe_marker() -> None:
    """Photoshop stores 255 for no ink. Other programs do so too, with or without Adobe's marker."""
    data = encoded(flat("CMYK", INKS["red"]), "JPEG", quality=100)
    at = data.index(b"\xff\xee\x00\x0eAdobe")
    unmarked = data[:at] + data[at + 16 :]

    for file in (data, unmarked):
        assert abs(open_photo(file).pixels.astype(int) - INKS_IN_SRGB["red"]).max() <= 3


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_cmyk_profile_is_applied(kind: str) -> None:
    image = flat("CMYK", (0, 0, 0, 0))
    image.paste((255, 0, 0, 0), (0, 0, 8, 4))
    pixels = opened(image, kind, icc_profile=unusual_cmyk())

    assert abs(pixels[:3] - 145).max() <= 3  # L* = 60
    assert (pixels[5:] >= 253).all()


def test_lab_is_converted() -> None:
    profile = ImageCms.createProfile("sRGB")
    lab = ImageCms.profileToProfile(quadrants(), profile, ImageCms.createProfile("LAB"), outputMode="LAB")
    assert lab is not None

    assert abs(opened(lab, "TIFF") - np.asarray(quadrants())).mean() <= 3


def avif_with_code_points(image: Image.Image, primaries: int, transfer: int) -> bytes:
    return avif(image, drop=[b"colr"], more=[nclx(primaries, transfer)], quality=100)


@pytest.mark.parametrize("colour", [(180, 120, 100), (90, 140, 80), (128, 128, 128), (200, 0, 0)])
def test_display_p3_in_code_points_becomes_srgb(colour: tuple[int, int, int]) -> None:
    pixels = open_photo(avif_with_code_points(flat("RGB", colour), 12, 13)).pixels

    assert abs(pixels - p3_in_srgb(colour)).max() <= 4


def test_a_profile_has_precedence_over_code_points() -> None:
    data = encoded(flat("RGB", (180, 120, 100)), "AVIF", icc_profile=display_p3(), quality=100)
    at = data.index(b"nclx") + 4
    data = data[:at] + struct.pack(">HH", 9, 13) + data[at + 4 :]

    assert abs(open_photo(data).pixels - p3_in_srgb((180, 120, 100))).max() <= 4


def test_the_code_points_of_a_heic_are_converted_to_srgb() -> None:
    plain = open_photo(heic(512, 512), max_side_px=32).pixels
    pixels = open_photo(heic(512, 512, properties=[nclx(12, 13)]), max_side_px=32).pixels

    expected = [p3_in_srgb(tuple(colour)) for colour in plain.reshape(-1, 3)]
    assert abs(pixels.reshape(-1, 3) - expected).max() <= 2


def test_alpha_survives_tone_mapping() -> None:
    image = flat("RGBA", (148, 148, 148, 255))
    image.paste((148, 148, 148, 0), (4, 0, 8, 8))
    pixels = open_photo(avif_with_code_points(image, 9, 16)).pixels

    assert pixels[:, :3].min() >= 248, "white in PQ"
    assert pixels[:, 5:, 3].max() <= 1


def test_a_grey_avif_in_pq_is_brightened() -> None:
    pixels = open_photo(avif_with_code_points(flat("L", 97), 9, 16)).pixels  # 26 nits: 38 %, by ITU-R BT.2408

    assert abs(pixels.astype(int) - 101).max() <= 4  # 26 / 203 by sRGB's curve
