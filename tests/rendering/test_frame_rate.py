from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.gif.decoder import decode

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import EFFECTS, Effect, find_effect, loop, phases
from gifmill.errors import InvalidOption
from gifmill.photo.photo import Photo
from gifmill.rendering.frame_rate import animate
from gifmill.rendering.options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

MOVING = [effect for effect in EFFECTS if effect.takes_frames]
FIXED = [effect for effect in EFFECTS if not effect.takes_frames]
moving_effects = pytest.mark.parametrize("effect", MOVING, ids=lambda effect: effect.name)


@pytest.fixture(scope="module")
def photo() -> Photo:
    return Photo(np.random.default_rng(1).integers(0, 256, (48, 64, 3)).astype(np.uint8))


@pytest.fixture(scope="module")
def smooth() -> Photo:
    y, x = np.mgrid[:48, :64].astype(np.uint8)
    return Photo(np.stack([x * 4, y * 5, x + y], -1))


def animation(effect: Effect, photo: Photo, **options: object) -> Animation:
    return animate(effect, photo, Options.read(options, (effect,)).values(effect))


def test_all_effects_but_those_of_fixed_steps_take_a_number_of_frames() -> None:
    assert [effect.name for effect in FIXED] == ["blur", "recursive", "cyclic"]


@moving_effects
@pytest.mark.parametrize(
    ("options", "count"), [({"frames": 37}, 37), ({"fps": 20, "duration": 1.5}, 30), ({}, 30)]
)
def test_an_effect_draws_as_many_frames_as_requested(
    effect: Effect, photo: Photo, options: Mapping[str, float], count: int
) -> None:
    duration_s = options.get("duration", 2)
    made = animation(effect, photo, **{"duration": duration_s, **options})
    assert len(made.frames) == count
    assert made.duration_cs == duration_s * 100
    assert [frame.draw().shape[2] for frame in made.frames] == [3] * count


@moving_effects
@pytest.mark.parametrize(
    "options", [{"fps": 50}, {"frames": 500}, {"frames": 1}, {"fps": 1, "duration": 0.5}]
)
def test_no_delay_is_shorter_than_the_minimum(
    effect: Effect, photo: Photo, options: Mapping[str, float]
) -> None:
    made = animation(effect, photo, **options)
    assert min(frame.delay_cs for frame in made.frames) >= 2
    assert len(made.frames) >= 1


def test_a_slower_variant_keeps_the_frame_rate(photo: Photo) -> None:
    zoom = find_effect("zoom")
    assert len(animation(zoom, photo, fps=10).frames) == 30
    assert len(animation(zoom, photo, fps=10, calm="yes").frames) == 50


@pytest.mark.parametrize("effect", FIXED, ids=lambda effect: effect.name)
def test_an_effect_of_fixed_steps_has_at_most_its_own_frames(effect: Effect) -> None:
    photo = Photo(np.random.default_rng(1).integers(0, 256, (256, 256, 3)).astype(np.uint8))
    own = animation(effect, photo)
    assert len(animation(effect, photo, fps=50).frames) == len(own.frames) > 4
    assert len(animation(effect, photo, fps=1).frames) <= 3
    reduced = animation(effect, photo, frames=4)
    assert len(reduced.frames) <= 4
    assert reduced.duration_cs == own.duration_cs


def test_the_file_has_the_frames_of_the_request(smooth: Photo) -> None:
    made = gifmill.render(smooth, "spin", fps=30, duration=2)
    delays = [block.delay_cs for block in decode(made.data).blocks]
    assert (len(delays), sum(delays)) == (60, 200)
    assert set(delays) == {3, 4}


def test_many_frames_that_would_flash_do_not_last_for_ever(photo: Photo) -> None:
    made = gifmill.render(photo, "spin", fps=50, duration=2)
    assert made.calmed
    assert made.duration_ms <= 10_000


def test_more_frames_draw_the_same_motion(smooth: Photo) -> None:
    few, many = (animation(find_effect("zoom"), smooth, frames=count).frames for count in (12, 24))
    assert all((one.draw() == other.draw()).all() for one, other in zip(few, many[::2], strict=True))


def test_frames_of_bursts_change_their_distortion_no_faster(photo: Photo) -> None:
    rows = [
        frame.draw()[:, :, 1].astype(int)
        for frame in animation(find_effect("glitch"), photo, frames=96).frames
    ]
    changes = [float(abs(row - rows[at - 1]).mean()) for at, row in enumerate(rows)]
    within = [change for at, change in enumerate(changes) if at % 4]
    between = [change for at, change in enumerate(changes) if at % 4 == 0]
    assert np.mean(within) < np.mean(between) / 2


def test_a_function_with_a_parameter_for_frames_gets_their_number(photo: Photo) -> None:
    def fade(photo: Photo, *, duration: float = 2.0, frames: int = 10) -> Animation:
        return loop([photo.pixels // np.uint8(1 + 3 * phase) for phase in phases(duration, frames)], duration)

    assert gifmill.render(photo, fade).frames == 3  # equal neighbours are merged
    assert len(_drawn(fade, photo, frames=40)) == 40
    assert len(_drawn(fade, photo)) == 10


def _drawn(function: object, photo: Photo, **options: Any) -> tuple[Frame, ...]:
    """Return the frames that a function draws for `gifmill.render`."""
    drawn: list[Animation] = []

    def recorded(photo: Photo, *, frames: int = 10) -> Animation:
        drawn.append(function(photo, frames=frames))  # type: ignore[operator]
        return drawn[-1]

    gifmill.render(photo, recorded, **options)
    return drawn[0].frames


def test_the_frames_of_another_function_are_reduced(photo: Photo) -> None:
    def steps(photo: Photo) -> Animation:
        return Animation(
            tuple(Frame(photo.pixels // np.uint8(n), Plain(), 50) for n in range(1, 9)), photo.size
        )

    assert gifmill.render(photo, steps).frames == 8
    assert gifmill.render(photo, steps, frames=4).frames == 4
    assert gifmill.render(photo, steps, fps=1).frames == 4
    assert gifmill.render(photo, steps, fps=50).frames == 8


@pytest.mark.parametrize(
    "options", [{"fps": 51}, {"fps": -1}, {"frames": 501}, {"fps": 12.5}, {"fps": 10, "frames": 5}]
)
def test_an_invalid_frame_rate_is_rejected(photo: Photo, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption):
        gifmill.render(photo, "zoom", **options)


def test_a_loop_count_is_written_to_both_formats(photo: Photo) -> None:
    assert decode(gifmill.render(photo, "zoom", loop=3).data).loops == 2
    assert decode(gifmill.render(photo, "zoom", loop=1).data).loops is None
    assert decode(gifmill.render(photo, "zoom").data).loops == 0
    with pytest.raises(InvalidOption):
        gifmill.render(photo, "zoom", loop=-1)


def test_a_file_under_a_byte_limit_keeps_its_loop_count(photo: Photo) -> None:
    made = gifmill.render(photo, "spin", loop=3, max_bytes=20_000)
    assert made.given_up
    assert decode(made.data).loops == 2


def test_a_focus_moves_effects_and_crops() -> None:
    pixels = np.zeros((60, 120, 3), np.uint8)
    pixels[:, 100:] = 255
    wide = Photo(pixels)
    left = gifmill.render(wide, "blur", crop="square", focus=(0, 0.5)).to_array()[-1]
    right = gifmill.render(wide, "blur", crop="square", focus=(1, 0.5)).to_array()[-1]
    assert left.max() == 0
    assert right.mean() > 60
    zoomed = [gifmill.render(wide, "zoom", focus=(x, 0.5), strength=100).to_array() for x in (0, 1)]
    assert zoomed[0].mean() < zoomed[1].mean()


def test_a_function_with_a_parameter_for_the_focus_gets_it_for_the_cropped_photo() -> None:
    seen: list[str] = []

    def follow(photo: Photo, *, focus: str = "own") -> Animation:
        seen.append(focus)
        return Animation((Frame(photo.pixels, Plain(), 50),), Size.of(photo.pixels))

    wide = Photo(np.zeros((50, 100, 3), np.uint8))
    gifmill.render(wide, follow)
    gifmill.render(wide, follow, focus=(0.5, 0.25))
    gifmill.render(wide, follow, focus=(0, 1), crop="square")
    assert seen == ["own", "0.5,0.25", "0.000000,1.000000"]


@pytest.mark.parametrize("focus", [(0, 0), (1, 1), (0, 1), (1, 0), (0.5, 0)])
@pytest.mark.parametrize(
    "effect", [effect for effect in EFFECTS if effect.name != "wiggle"], ids=lambda effect: effect.name
)
def test_every_effect_can_be_centred_at_the_edge(effect: Effect, focus: tuple[float, float]) -> None:
    photo = Photo(np.random.default_rng(1).integers(0, 256, (40, 64, 3)).astype(np.uint8))
    assert gifmill.render(photo, effect.name, focus=focus, preset="fast").width == 64


def test_a_caption_lies_on_every_frame_of_every_effect(smooth: Photo) -> None:
    for effect in EFFECTS:
        plain, captioned = (animation(effect, smooth, caption=text) for text in ("", "HI"))
        assert len(plain.frames) == len(captioned.frames)
        assert all((plain.canvas(at) != captioned.canvas(at)).any() for at in range(len(plain.frames))), (
            effect
        )


def test_the_function_of_an_effect_does_not_get_its_own_caption(smooth: Photo) -> None:
    own, without = (animation(find_effect("intensifies"), smooth, **given) for given in ({}, {"caption": ""}))
    assert (own.canvas(0) != without.canvas(0)).any()


@pytest.mark.parametrize("options", [{"frames": 20}, {"frames": 8}, {"fps": 10}])
def test_a_moving_caption_adds_no_more_frames_than_requested(
    smooth: Photo, options: Mapping[str, float]
) -> None:
    made = animation(find_effect("blur"), smooth, caption="HI", caption_motion="wave", **options)
    assert len(made.frames) <= options.get("frames", options.get("fps", 0) * 3)
    assert made.duration_cs == 300


def test_captions_are_imported_only_where_there_is_one() -> None:
    code = """
import sys
import numpy as np
import gifmill
photo = gifmill.open_photo(np.zeros((48, 64, 3), np.uint8))
gifmill.render(photo, "zoom")
print("gifmill.rendering.captions" in sys.modules)
gifmill.render(photo, "zoom", caption="HI")
print("gifmill.rendering.captions" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\nTrue\n"
