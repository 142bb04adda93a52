from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gifmill.photo.colour.colour_space_types import Chromaticities, Cicp, GammaAndPrimaries
from gifmill.photo.colour.rgb_conversion import to_srgb

SRGB = Chromaticities((0.3127, 0.329), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
ADOBE_RGB = Chromaticities((0.3127, 0.329), (0.64, 0.33), (0.21, 0.71), (0.15, 0.06))

LINEAR, SRGB_CURVE, PQ, HLG = 8, 13, 16, 18
EVERY_PRIMARIES = (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22)

TO_SRGB = {
    5: np.array([[1.0440, -0.0440, 0], [0, 1, 0], [0, 0.0118, 0.9882]]),  # Lindbloom: PAL/SECAM RGB
    # ITU-R BT.2087
    9: np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]),
    # CSS Color 4, section 18
    12: np.array([[1.2249, -0.2249, 0], [-0.0420, 1.0420, 0], [-0.0197, -0.0786, 1.0983]]),
}
"""Published matrices from linear light with some primaries to linear sRGB."""

XYZ_TO_SRGB = [[3.2405, -1.5371, -0.4985], [-0.9693, 1.8760, 0.0416], [0.0556, -0.2040, 1.0572]]
E_TO_D65 = [[0.9532, -0.0266, 0.0239], [-0.0382, 1.0288, 0.0094], [0.0026, -0.0030, 1.0893]]
"""By Bradford's method. Source of both: Bruce Lindbloom, http://www.brucelindbloom.com."""

type Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def converted(colours: Cicp | GammaAndPrimaries, *levels: int, mode: str = "RGB") -> list[int]:
    image = Image.new(mode, (4, 4), levels if mode == "RGB" else levels[0])
    converted = to_srgb(image, colours)
    assert converted is not None
    assert converted.mode == "RGB"
    assert converted.size == (4, 4)
    return list(np.asarray(converted)[2, 2])


def encoded(light: object) -> Numbers:
    """Return levels of sRGB for linear light. Source: IEC 61966-2-1."""
    clipped = np.clip(np.asarray(light, float), 0, 1)
    levels: Numbers = 255 * np.where(
        clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055
    )
    return levels


@pytest.mark.parametrize("primaries", sorted(TO_SRGB))
@pytest.mark.parametrize("levels", [(180, 150, 140), (90, 140, 80), (120, 120, 200), (255, 0, 0)])
def test_primaries_are_converted_to_srgb(primaries: int, levels: tuple[int, int, int]) -> None:
    expected = encoded(TO_SRGB[primaries] @ (np.array(levels) / 255))

    assert abs(converted(Cicp(primaries, LINEAR), *levels) - expected).max() <= 1


def test_the_white_of_xyz_is_adapted() -> None:
    levels = (120, 110, 90)
    expected = encoded(np.array(XYZ_TO_SRGB) @ E_TO_D65 @ (np.array(levels) / 255))

    assert abs(converted(Cicp(10, LINEAR), *levels) - expected).max() <= 2


@pytest.mark.parametrize("primaries", [each for each in EVERY_PRIMARIES if each > 2])
@pytest.mark.parametrize("level", [0, 1, 128, 255])
def test_grey_stays_grey_with_any_white_point(primaries: int, level: int) -> None:
    assert converted(Cicp(primaries, SRGB_CURVE), level, level, level) == [level] * 3


@pytest.mark.parametrize("transfer", [1, 2, 6, 13, 14, 15, 0, 255])
@pytest.mark.parametrize("primaries", [1, 2, 0, 3, 255])
def test_srgb_television_and_unknown_spaces_need_no_conversion(primaries: int, transfer: int) -> None:
    assert to_srgb(Image.new("RGB", (4, 4)), Cicp(primaries, transfer)) is None


@pytest.mark.parametrize("transfer", [1, 2, 6, 14, 15])
def test_the_television_curve_equals_that_of_srgb_with_any_primaries(transfer: int) -> None:
    assert converted(Cicp(12, transfer), 180, 120, 100) == converted(Cicp(12, SRGB_CURVE), 180, 120, 100)


@pytest.mark.parametrize(("transfer", "exponent"), [(4, 2.2), (5, 2.8), (LINEAR, 1)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_power_law_transfers_are_converted(transfer: int, exponent: float, mode: str) -> None:
    expected = encoded((100 / 255) ** exponent)

    assert converted(Cicp(1, transfer), 100, 100, 100, mode=mode) == [round(float(expected))] * 3


def test_a_grey_photo_depends_on_the_transfer_only() -> None:
    assert to_srgb(Image.new("L", (4, 4), 100), Cicp(9, SRGB_CURVE)) is None
    assert converted(Cicp(9, LINEAR), 100, mode="L") == converted(Cicp(1, LINEAR), 100, mode="L")


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_reference_white_of_pq_and_of_hlg_is_white(mode: str) -> None:
    """58 % of PQ, 75 % of HLG. Source: ITU-R BT.2408, table 1."""
    for transfer, level in ((PQ, 148), (HLG, 191)):
        assert min(converted(Cicp(9, transfer), level, level, level, mode=mode)) >= 252


def test_half_of_hlg_has_the_luminance_of_its_reference_display() -> None:
    light = 1_000 / 203 * (1 / 12) ** 1.2
    level = round(0.5 * 255)

    assert abs(converted(Cicp(9, HLG), level, level, level) - encoded(light)).max() <= 2


def test_an_sdr_colour_survives_pq() -> None:
    """The colour is an orange at a third of white.

    The signal is computed by ST 2084 as in CSS Color HDR, section 5.
    """
    light = np.linalg.inv(TO_SRGB[9]) @ np.array((0.6, 0.3, 0.1))
    power = (203 * light / 10_000) ** 0.1593017578125
    signal = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    levels = [round(each) for each in signal * 255]

    assert abs(converted(Cicp(9, PQ), *levels) - encoded((0.6, 0.3, 0.1))).max() <= 6


def test_a_pq_ramp_to_1000_nits_keeps_mid_tones_and_highlights() -> None:
    levels = np.arange(192, dtype=np.uint8)
    converted = to_srgb(Image.fromarray(np.stack([levels[None]] * 3, axis=2)), Cicp(9, PQ))
    pixels = np.asarray(converted)[0, :, 0].astype(int)

    assert (np.diff(pixels) >= 0).all()
    assert len(set(pixels[140:])) >= 20
    assert pixels[110] == pytest.approx(float(encoded(47 / 203)), abs=5)
    assert pixels[-1] == 255


def test_pure_colours_outside_srgb_keep_their_hue() -> None:
    red, green, blue = converted(Cicp(9, PQ), 20, 140, 20)

    assert green > int(max(red, blue)) + 80
    assert red == 0, "more white is mixed in than necessary"


@pytest.mark.parametrize("gamma", [1, 0.5, 1 / 1.8])
@pytest.mark.parametrize("chromaticities", [None, SRGB])
def test_gamma_is_linearised(gamma: float, chromaticities: Chromaticities | None) -> None:
    expected = encoded((100 / 255) ** (1 / gamma))

    assert abs(converted(GammaAndPrimaries(gamma, chromaticities), 100, 100, 100) - expected).max() <= 0.51


@pytest.mark.parametrize("chromaticities", [None, SRGB])
def test_the_gamma_of_srgb_writers_changes_nothing(chromaticities: Chromaticities | None) -> None:
    assert to_srgb(Image.new("RGB", (4, 4)), GammaAndPrimaries(0.45455, chromaticities)) is None


def test_adobe_rgb_by_gamma_and_chromaticities() -> None:
    """Source: Lindbloom, Adobe RGB (1998): red becomes stronger, green weaker."""
    light = (np.array((150, 120, 100)) / 255) ** 2.2
    expected = encoded(np.array([[1.3984, -0.3984, 0], [0, 1, 0], [0, -0.0429, 1.0429]]) @ light)

    assert abs(converted(GammaAndPrimaries(0.45455, ADOBE_RGB), 150, 120, 100) - expected).max() <= 1


def test_chromaticities_without_gamma_have_the_curve_of_srgb() -> None:
    p3 = Chromaticities((0.3127, 0.329), (0.68, 0.32), (0.265, 0.69), (0.15, 0.06))

    assert converted(GammaAndPrimaries(None, p3), 180, 120, 100) == converted(
        Cicp(12, SRGB_CURVE), 180, 120, 100
    )


@pytest.mark.parametrize("gamma", [None, 0, -1, 1e-5, 42_949])
@pytest.mark.parametrize(
    "chromaticities",
    [
        None,
        Chromaticities((0, 0), (0, 0), (0, 0), (0, 0)),
        Chromaticities((0.3127, 0), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06)),
        Chromaticities((0.3127, 0.329), (0.64, 0.33), (0.64, 0.33), (0.15, 0.06)),
        Chromaticities((0.3127, 0.329), (0.1, 0.1), (0.2, 0.2), (0.3, 0.3)),
        Chromaticities((0.9, 0.05), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06)),
        Chromaticities((42_949, 42_949), (42_949, 0), (0, 42_949), (42_949, 42_949)),
    ],
)
def test_invalid_primaries_are_ignored(gamma: float | None, chromaticities: Chromaticities | None) -> None:
    assert to_srgb(Image.new("RGB", (4, 4)), GammaAndPrimaries(gamma, chromaticities)) is None


def test_cmyk_ignores_code_points() -> None:
    assert to_srgb(Image.new("CMYK", (4, 4)), Cicp(9, PQ)) is None
