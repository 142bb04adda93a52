from __future__ import annotations

import numpy as np
from PIL import Image

from bench.decoders import DecodedGif, decode
from bench.peer_input import save_all

RED, GREEN, BLUE = (Image.new("RGB", (8, 6), colour) for colour in ("red", "lime", "blue"))


def decoded(*levels: int, delays_ms: tuple[int, ...]) -> DecodedGif:
    return DecodedGif(tuple(np.full((1, 1, 3), level, np.uint8) for level in levels), delays_ms)


def test_a_frame_is_shown_until_the_next_begins() -> None:
    animation = decoded(1, 2, delays_ms=(100, 50))

    assert [int(animation.canvas_at(time_ms).max()) for time_ms in (0, 99, 100, 149)] == [1, 1, 2, 2]


def test_the_last_frame_is_shown_at_any_later_time() -> None:
    assert decoded(1, 2, delays_ms=(100, 50)).canvas_at(1000).max() == 2


def test_merged_frames_are_resampled_at_the_original_frames() -> None:
    merged = decoded(1, 2, delays_ms=(200, 100))

    assert [int(frame.max()) for frame in merged.resample((100, 100, 100))] == [1, 1, 2]


def test_both_decoders_read_gifs_of_pillow() -> None:
    animation = decode(save_all([RED, GREEN, BLUE], [10, 20, 30]))

    assert [tuple(frame[0, 0]) for frame in animation.frames] == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert animation.delays_ms == (100, 200, 300)


def test_frames_merged_by_pillow_keep_their_time() -> None:
    animation = decode(save_all([RED, RED, BLUE], [10, 20, 30]))

    assert [tuple(frame[0, 0]) for frame in animation.resample((100, 200, 300))] == [
        (255, 0, 0),
        (255, 0, 0),
        (0, 0, 255),
    ]
