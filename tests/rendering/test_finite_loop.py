from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.photo.photo import Photo
from gifmill.rendering.finite_loop import end_on_first_frame


def animation(*delays_cs: int) -> Animation:
    frames = (
        Frame(np.full((8, 8, 3), 20 * at, np.uint8), Plain(), delay_cs)
        for at, delay_cs in enumerate(delays_cs)
    )
    return Animation(tuple(frames), Size(8, 8))


def delays_and_levels(found: Animation) -> list[tuple[int, int]]:
    return [(frame.delay_cs, int(frame.draw()[0, 0, 0])) for frame in found.frames]


def test_the_first_delay_is_divided_between_the_first_frame_and_its_copy() -> None:
    found = end_on_first_frame(animation(7, 5, 6))
    assert delays_and_levels(found) == [(4, 0), (5, 20), (6, 40), (3, 0)]


def test_a_delay_that_is_too_short_to_be_divided_is_kept() -> None:
    found = end_on_first_frame(animation(3, 5, 6))
    assert delays_and_levels(found) == [(3, 0), (5, 20), (6, 0)]


@pytest.mark.parametrize("delays_cs", [(2, 2), (3, 3, 3), (4, 2), (100, 2, 2), (9,)])
def test_the_duration_stays_and_no_delay_is_too_short(delays_cs: tuple[int, ...]) -> None:
    found = end_on_first_frame(animation(*delays_cs))
    assert found.duration_cs == sum(delays_cs)
    assert min(frame.delay_cs for frame in found.frames) >= 2


def test_a_still_picture_stays_as_it_is() -> None:
    assert len(end_on_first_frame(animation(50)).frames) == 1


def photo() -> Photo:
    y, x = np.mgrid[:40, :64].astype(np.uint8)
    return Photo(np.stack([x * 4, y * 6, x + y], -1))


@pytest.mark.parametrize("effect", ["spin", "recursive"])
@pytest.mark.parametrize("loop", [1, 3])
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_finite_loop_ends_on_its_first_frame(effect: str, loop: int, kind: str) -> None:
    finite = gifmill.render(photo(), effect, loop=loop, format=kind)  # type: ignore[call-overload]
    endless = gifmill.render(photo(), effect, format=kind)  # type: ignore[call-overload]
    first, *_, last = finite.to_array()
    assert abs(first.astype(int) - last.astype(int)).mean() < (1 if kind == "gif" else 2)  # both are lossy
    assert finite.duration_ms == endless.duration_ms
    assert finite.frames == endless.frames + 1


def test_the_byte_limit_keeps_the_end_of_a_finite_loop() -> None:
    noise = Photo(np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8))
    made = gifmill.render(noise, "zoom", loop=1, size=120, max_bytes=60_000)
    assert made.given_up
    first, *_, last = made.to_array()
    assert abs(first.astype(int) - last.astype(int)).mean() < 12  # a byte limit costs accuracy


def test_a_platforms_frame_limit_includes_the_end_of_a_finite_loop() -> None:
    made = gifmill.render(photo(), "spin", target="slack-emoji", loop=1, frames=100, duration=4.0)
    assert made.frames <= 50
    with Image.open(io.BytesIO(made.data)) as file:
        assert file.n_frames <= 50  # type: ignore[attr-defined]
