from __future__ import annotations

import numpy as np
import pytest

from gifmill.photo.colour.hdr_tone_mapping import (
    desaturate_to_gamut,
    hlg_scene_light,
    pq_nits,
    pq_signal,
    tone_map,
)

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def picture(*pixels: tuple[float, float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array([pixels], np.float32).transpose(2, 0, 1).copy()


@pytest.mark.parametrize(
    ("signal", "nits"), [(0.58, 203), (0.38, 26), (0.28, 7.6), (0.75, 985), (0.9, 3_905), (1, 10_000)]
)
def test_pq_matches_the_published_curve(signal: float, nits: float) -> None:
    """The levels of the first rows are whole percentages in ITU-R BT.2408, table 1."""
    assert float(pq_nits(np.array(signal))) == pytest.approx(nits, rel=0.04)


def test_the_inverse_of_pq_restores_the_level() -> None:
    signals = np.linspace(0.01, 1, 100)

    assert np.allclose(pq_signal(pq_nits(signals)), signals)


def test_hlg_is_a_square_root_up_to_a_twelfth_and_a_logarithm_above() -> None:
    signals = np.array([0, 0.5, 0.75, 1])

    assert np.allclose(hlg_scene_light(signals), [0, 1 / 12, 0.265, 1], atol=0.001)


def test_an_image_without_highlights_is_not_tone_mapped() -> None:
    light = picture((1, 0.5, 0.2), (0.9, 1, 0), (0, 0, 0))
    before = light.copy()
    tone_map(light)

    assert np.array_equal(light, before)


def test_highlights_keep_their_order_and_end_at_white() -> None:
    ramp = np.linspace(0, 4.9, 500, dtype=np.float32)
    light = np.stack([ramp[None]] * 3)
    tone_map(light)

    assert np.diff(light[0, 0]).min() > -0.001, "more than a tenth of an 8-bit level"
    assert light.max() == pytest.approx(1, abs=0.01)


def test_highlights_do_not_change_the_darker_half_of_sdr() -> None:
    light = picture((0.2, 0.2, 0.2), (0.4, 0.1, 0), (4.9, 4.9, 4.9))
    tone_map(light)

    assert np.allclose(light[:, 0, :2], picture((0.2, 0.2, 0.2), (0.4, 0.1, 0))[:, 0], rtol=0.01)


def test_tone_mapping_keeps_the_proportions_of_the_channels() -> None:
    light = picture((4, 2, 0.5))
    tone_map(light)

    red, green, blue = light[:, 0, 0]
    assert red <= 1
    assert (green / red, blue / red) == pytest.approx((0.5, 0.125), abs=1e-4)


def test_one_pixel_in_two_thousand_does_not_darken_the_others() -> None:
    light = np.full((3, 40, 50), 0.9, np.float32)
    light[:, 0, 0] = 4.9
    tone_map(light)

    assert np.allclose(light[:, 1:], 0.9)


def test_colours_outside_srgb_keep_their_luminance() -> None:
    light = picture((0.8, -0.1, 0.3), (-0.05, 0.6, -0.1), (0.3, 0.2, 0.1))
    before = np.tensordot(LUMINANCE, light, 1)
    desaturate_to_gamut(light, LUMINANCE)

    assert light.min() >= -1e-6
    assert np.allclose(np.tensordot(LUMINANCE, light, 1), before, atol=1e-5)
    assert np.allclose(light[:, 0, 2], (0.3, 0.2, 0.1))
