"""Invariants of every effect in the registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import gifmill
from gifmill.animation import MIN_DELAY_CS, Blocks
from gifmill.effects import EFFECTS
from gifmill.effects.classic_pack import blur, cyclic, recursive
from gifmill.effects.params import Choice
from gifmill.effects.user_text import Text
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.animation import Animation
    from gifmill.effects import Effect
    from gifmill.effects.params import Value

PHOTOS = sorted((Path(__file__).parents[2] / "bench/photos").glob("*.jpg"))
ODD_SIZES = [(1, 1), (2, 2), (1, 300), (300, 1), (3, 50), (17, 301), (1080, 16)]

CLASSIC = {function.__name__ for function in (blur, recursive, cyclic)}
MOVING = [effect for effect in EFFECTS if effect.name not in CLASSIC]

MAX_POSTER_DIFFERENCE = 13
"""Mean difference of the first frame from the photo, in levels of 255: five percent."""

OTHER_POSTERS = {
    "party": "the photo in another colour: all of its moments are",
    "pat": "the photo below the hand, smaller than the canvas",
    "spin": "a circle of the photo, in front of a plain colour",
    "bounce": "the photo at rest on the ground, smaller than the canvas",
    "kaleidoscope": "the photo's mirror images",
    "droste": "the photo within the photo",
    "jello": "the photo at rest, smaller than the canvas",
}
"""Why the first frames of these effects differ from the photo."""

all_effects = pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
every_moving_effect = pytest.mark.parametrize("effect", MOVING, ids=lambda effect: effect.name)
every_photo = pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.stem)


def noise(width: int, height: int) -> Photo:
    return Photo(np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8))


def open_resized(path: Path, size_px: int = 96) -> Photo:
    return gifmill.open_photo(path, max_side_px=size_px)


def animate(effect: Effect, photo: Photo, **values: Value) -> Animation:
    return effect.animate(photo, **{param.name: param.default for param in effect.params} | values)


def extremes(effect: Effect) -> Iterator[dict[str, Value]]:
    """Yield each parameter at its limits or at each of its choices, and all parameters at their maximum."""
    params = [param for param in effect.params if not isinstance(param, Text)]
    for param in params:
        limits = param.choices if isinstance(param, Choice) else (param.minimum, param.maximum)
        yield from ({param.name: limit} for limit in limits)
    yield {param.name: param.choices[-1] if isinstance(param, Choice) else param.maximum for param in params}


def canvases(animation: Animation) -> list[np.ndarray[tuple[int, ...], np.dtype[np.int16]]]:
    return [animation.canvas(number).astype(np.int16) for number in range(len(animation.frames))]


def steps(animation: Animation) -> list[float]:
    """Return the mean difference of each canvas from the previous one, that of the first from the last."""
    shown = canvases(animation)
    return [float(abs(shown[number] - shown[number - 1]).mean()) for number in range(len(shown))]


@every_moving_effect
@every_photo
def test_the_step_from_the_last_frame_to_the_first_is_not_the_largest(effect: Effect, path: Path) -> None:
    closing, *others = steps(animate(effect, open_resized(path)))
    assert closing <= 1.1 * max(others)  # the steps of a steady zoom are equal


@every_photo
def test_blur_cuts_from_the_sharp_photo_to_the_mosaic(path: Path) -> None:
    """The documentation says so."""
    closing, to_mosaic, *others = steps(animate(EFFECTS["blur"], open_resized(path)))
    assert to_mosaic > max(closing, *others)


@all_effects
def test_the_first_frame_is_nearly_the_photo_or_differs_for_a_reason(effect: Effect) -> None:
    """Previews, mail and chats show the first frame only."""
    photos = [open_resized(path) for path in PHOTOS]
    firsts = [animate(effect, photo).canvas(0)[..., :3].astype(np.int16) for photo in photos]
    differences = [abs(first - photo.pixels).mean() for first, photo in zip(firsts, photos, strict=True)]
    assert (max(differences) > MAX_POSTER_DIFFERENCE) == (effect.name in OTHER_POSTERS)


@all_effects
@pytest.mark.parametrize("size", [(320, 32), (32, 320)], ids=["panorama", "tower"])
def test_a_panorama_is_kept_or_cropped_to_the_aspect_that_suits_the_effect(
    effect: Effect, size: tuple[int, int]
) -> None:
    gif = gifmill.render(noise(*size), effect)
    aspect = max(gif.width, gif.height) / min(gif.width, gif.height)
    assert aspect == pytest.approx(effect.max_aspect or 10, rel=0.1)


@all_effects
def test_a_photo_can_be_rendered_at_16_px(effect: Effect) -> None:
    gif = gifmill.render(open_resized(PHOTOS[0]), effect, size=16)
    assert max(gif.width, gif.height) == 16
    assert gif.frames > 1


@every_moving_effect
def test_the_frames_differ(effect: Effect) -> None:
    assert max(steps(animate(effect, open_resized(PHOTOS[0])))) > 1


@all_effects
def test_the_same_photo_and_parameters_give_the_same_frames(effect: Effect) -> None:
    one, other = (animate(effect, noise(50, 40)) for _ in range(2))
    for number in range(len(one.frames)):
        np.testing.assert_array_equal(one.canvas(number), other.canvas(number))


@all_effects
@pytest.mark.parametrize("size", ODD_SIZES, ids=str)
def test_any_size_gives_frames_that_fill_the_canvas(effect: Effect, size: tuple[int, int]) -> None:
    animation = animate(effect, noise(*size))
    assert animation.size == size
    for number in range(len(animation.frames)):
        canvas = animation.canvas(number)
        assert canvas.shape == (size[1], size[0], 3)
        assert canvas.dtype == np.uint8


@all_effects
def test_the_limits_of_every_parameter_can_be_rendered(effect: Effect) -> None:
    photo = noise(31, 23)
    for values in extremes(effect):
        animation = animate(effect, photo, **values)
        assert animation.size == photo.size
        assert animation.duration_cs == round(
            100 * float(values.get("duration", _default(effect, "duration")))
        )


def _default(effect: Effect, name: str) -> Value:
    return next(param.default for param in effect.params if param.name == name)


@every_moving_effect
@pytest.mark.parametrize("duration", [0.2, 0.5, 1.0, 3.0])
def test_a_loop_has_at_least_15_frames_per_second(effect: Effect, duration: float) -> None:
    frames = animate(effect, noise(20, 20), duration=duration).frames
    assert len(frames) >= 15 * duration
    assert min(frame.delay_cs for frame in frames) >= MIN_DELAY_CS


@all_effects
def test_a_uniformly_grey_photo_can_be_rendered(effect: Effect) -> None:
    for tone in (0, 128, 255):
        flat = Photo(np.full((24, 36, 3), tone, np.uint8))
        assert animate(effect, flat).size == flat.size


@all_effects
def test_the_photo_is_not_modified(effect: Effect) -> None:
    photo = noise(30, 20)
    before = photo.pixels.copy()
    animate(effect, photo)
    np.testing.assert_array_equal(photo.pixels, before)


@every_moving_effect
def test_the_calm_variant_changes_less(effect: Effect) -> None:
    """The amount of change is compared per second."""
    photo = open_resized(PHOTOS[0])
    usual, calm = animate(effect, photo), animate(effect, photo, **effect.calm)
    assert sum(steps(calm)) / calm.duration_cs < sum(steps(usual)) / usual.duration_cs


@all_effects
@every_photo
def test_no_effect_flashes_at_its_defaults(effect: Effect, path: Path) -> None:
    assert not gifmill.render(open_resized(path, 160), effect.name).calmed


@all_effects
def test_no_effect_flashes_on_black_and_white(effect: Effect) -> None:
    """The photo has maximum contrast and the size of an emoji."""
    with Image.open(PHOTOS[0]) as image:
        grey = image.convert("L").resize((128, 128)).point(lambda level: 255 if level > 128 else 0)
    assert not gifmill.render(Photo(np.asarray(grey.convert("RGB"))), effect.name, calm=True).calmed


@all_effects
def test_frames_are_drawn_only_when_they_are_needed(effect: Effect) -> None:
    """Only the photo itself, and mosaics, which are small, are arrays."""
    photo = noise(60, 40)
    for frame in animate(effect, photo).frames:
        drawn = not callable(frame.source) and not np.shares_memory(frame.source, photo.pixels)
        assert not drawn or isinstance(frame.layout, Blocks)


@all_effects
def test_a_frame_is_the_same_each_time_it_is_drawn(effect: Effect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gifmill.animation.MAX_KEPT_BYTES", 0)
    for frame in animate(effect, noise(60, 40)).frames:
        np.testing.assert_array_equal(frame.draw(), frame.draw())
