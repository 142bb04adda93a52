"""Estimation of nearness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.nearness import diffused, estimate_nearness, rank_distances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.animation import Pixels
    from gifmill.effects.texture_sampling import Field

WIDTH, HEIGHT = 240, 180
SIZES = [(1, 1), (1, 300), (17, 301), (1080, 16), (90, 60)]


def figure() -> Pixels:
    """Return an orange figure before a pale wall. Red rises by one level per pixel to the right."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[..., 0] = np.arange(WIDTH)
    pixels[..., 1:] = 200
    pixels[60:, 90:150, 1:] = 40
    return pixels


def noise(size: tuple[int, int]) -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3), np.uint8)


def test_a_figure_is_nearer_than_the_wall_beside_it() -> None:
    near = estimate_nearness(figure(), 2)
    assert near[80:160, 100:140].min() > near[80:160, 10:70].max() + 0.1
    assert near[80:160, 100:140].min() > near[80:160, 170:230].max() + 0.1


def test_a_figure_is_near_up_to_just_beyond_its_outline() -> None:
    near = estimate_nearness(figure(), 2)[80:160]
    assert near[:, [88, 151]].min() > (near[:, 120].mean() + near[:, 30].mean()) / 2


def test_without_other_cues_the_lower_part_is_nearer() -> None:
    near = estimate_nearness(np.full((60, 60, 3), 128, np.uint8), 1)
    assert near[-1].mean() > near[0].mean() + 0.3


@pytest.mark.parametrize("size", SIZES)
def test_nearness_is_in_0_to_1(size: tuple[int, int]) -> None:
    near = estimate_nearness(noise(size), 2)
    assert near.shape == (size[1], size[0])
    assert near.min() >= 0
    assert near.max() <= 1


def test_colours_of_transparent_pixels_do_not_count() -> None:
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    alpha[60:, 90:150] = 255
    one, other = (np.dstack([pixels, alpha]) for pixels in (figure(), figure()))
    other[alpha == 0, :3] = 255
    small = slice(50, 110), slice(70, 140)  # less than the analysed copy
    assert (estimate_nearness(one[small], 2) == estimate_nearness(other[small], 2)).all()


@pytest.mark.parametrize("soft_px", [1.0, 5.0, 20.0])
def test_softness_limits_the_difference_of_neighbours(soft_px: float) -> None:
    near = estimate_nearness(noise((120, 90)), soft_px)
    max_step = 1 / (2 * soft_px) + 2 / 255
    assert np.abs(np.diff(near, axis=0)).max() <= max_step
    assert np.abs(np.diff(near, axis=1)).max() <= max_step


@pytest.mark.parametrize("rank", [0, 3, 19])
def test_distances_have_their_rank(rank: int) -> None:
    random = np.random.default_rng(0)
    colours, rim = random.random((5, 7, 3), np.float32), random.random((20, 3), np.float32)
    every = np.linalg.norm(colours[:, :, None].astype(float) - rim, axis=3)
    np.testing.assert_allclose(rank_distances(colours, rim, rank), np.sort(every)[..., rank], rtol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (6, 5)])
@pytest.mark.parametrize("steps", [0, 1, 8])
def test_diffusion_takes_weighted_means(shape: tuple[int, int], steps: int) -> None:
    height, width = shape
    random = np.random.default_rng(0)
    cues = random.random(shape, np.float32)
    across, down = (
        random.random((height, width - 1), np.float32),
        random.random((height - 1, width), np.float32),
    )
    expected = cues.astype(float)
    for _ in range(steps):
        sums, weights = 0.5 * cues.astype(float), np.full(shape, 0.5)
        for y, x, weight in neighbours(across, down):
            sums[y] += weight * expected[x]
            weights[y] += weight
        expected = sums / weights
    np.testing.assert_allclose(diffused(cues, across, down, 0.5, steps), expected, rtol=1e-5)


def neighbours(across: Field, down: Field) -> Iterator[tuple[tuple[int, int], tuple[int, int], float]]:
    """Yield all pairs of neighbours, in both orders, with the weight between the two."""
    pairs = [((y, x), (y, x + 1), float(across[y, x])) for y, x in np.ndindex(across.shape)]
    pairs += [((y, x), (y + 1, x), float(down[y, x])) for y, x in np.ndindex(down.shape)]
    for one, other, weight in pairs:
        yield one, other, weight
        yield other, one, weight


def test_arrays_of_another_shape_are_rejected() -> None:
    cues = np.zeros((4, 5), np.float32)
    with pytest.raises(ValueError, match="weights of"):
        diffused(cues, cues, cues, 1, 1)
    with pytest.raises(ValueError, match="rank 2 of"):
        rank_distances(np.zeros((4, 5, 3), np.float32), np.zeros((2, 3), np.float32), 2)
    with pytest.raises(ValueError, match="rank 0 of"):
        rank_distances(cues[..., None], np.zeros((2, 3), np.float32), 0)
