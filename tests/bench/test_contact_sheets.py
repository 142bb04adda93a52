from __future__ import annotations

import numpy as np
from PIL import Image

import gifmill
from bench.contact_sheets import MOMENTS, checked, contact_sheet, logo, moments, pictures


def test_the_logo_is_transparent_around_the_ring_and_in_its_hole() -> None:
    alpha = np.asarray(logo(100))[..., 3]
    assert alpha[0, 0] == alpha[20, 4] == 0
    assert alpha[46, 15] == 255
    assert 0 < alpha[90, 50] < 255  # the shadow


def test_the_panorama_is_ten_times_as_wide_as_high() -> None:
    panorama = pictures()["panorama"].image
    assert panorama.width == 10 * panorama.height


def test_the_frames_of_a_sheet_begin_with_the_first_and_end_with_the_last() -> None:
    gif = gifmill.render(Image.new("RGB", (40, 30), "teal"), "blur", size=16)
    shown = list(moments(gif))
    frames = gif.images()
    assert len(shown) == len(MOMENTS)
    assert shown[0] == frames[0]
    assert shown[-1] == frames[-1]


def test_transparent_pixels_are_laid_on_a_checkerboard() -> None:
    board = np.asarray(checked(Image.new("RGBA", (32, 32))))
    assert len(np.unique(board)) == 2
    assert np.asarray(checked(Image.new("RGB", (2, 2), "red"))).tolist() == [[[255, 0, 0]] * 2] * 2


def test_a_row_that_is_too_long_is_continued_below() -> None:
    wide = Image.new("RGB", (700, 70))
    assert contact_sheet({"one": [wide] * 2}).height < contact_sheet({"one": [wide] * 3}).height
