"""MP4 files that the page makes of GIFs, parsed and decoded by other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.browser.mp4_boxes import Mp4
from tests.browser.page_modules import call, error_of

from bench.decoders import decode
from bench.external_programs import ffmpeg
from gifmill import render

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from gifmill.animation import Pixels

EXPORT = 'async (blob) => (await import("/mp4-export.js")).mp4From(blob)'
CAN_EXPORT = 'async () => (await import("/mp4-export.js")).canExportMp4()'


@pytest.fixture
def encoder_page(page: Page) -> Page:
    """The start page, if the browser has an H.264 encoder: Debian's Chromium does, Playwright's does not."""
    if not call(page, CAN_EXPORT):
        pytest.skip("this browser has no H.264 encoder")
    return page


@pytest.fixture(scope="module")
def short_gif(photo: bytes) -> bytes:
    """A GIF of 96 px that lasts less than three seconds."""
    return render(photo, "zoom", size=96, duration=1).data


def decoded(mp4: bytes, folder: Path) -> Pixels:
    """Decode an MP4 with ffmpeg: uint8, shape (frames, height, width, 3)."""
    program = ffmpeg()
    if program is None:
        pytest.skip("ffmpeg is not installed")
    path = folder / "video.mp4"
    path.write_bytes(mp4)
    width, height = Mp4(mp4).sample_entry()["avc1"].integers("HH", 24)
    output = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-fps_mode", "passthrough", "-"]
    raw = program.run("-v", "error", "-xerror", "-i", path, *output)
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)


def test_the_header_precedes_the_frames(encoder_page: Page, short_gif: bytes) -> None:
    assert Mp4(call(encoder_page, EXPORT, short_gif)).types == ["ftyp", "moov", "mdat"]


def test_each_frame_is_shown_as_long_as_in_the_gif(encoder_page: Page, photo: bytes) -> None:
    gif = render(photo, "glitch", size=96).data
    delays_ms = list(decode(gif).delays_ms)
    assert len(set(delays_ms)) > 1
    mp4 = Mp4(call(encoder_page, EXPORT, gif))
    assert mp4.timescale == 1_000
    assert mp4.durations[: len(delays_ms)] == delays_ms


def test_a_short_loop_is_repeated_as_a_whole_until_three_seconds(
    encoder_page: Page, short_gif: bytes
) -> None:
    delays_ms = list(decode(short_gif).delays_ms)
    assert 1_000 <= sum(delays_ms) < 1_500
    assert Mp4(call(encoder_page, EXPORT, short_gif)).durations == 3 * delays_ms


def test_a_loop_of_three_seconds_is_not_repeated(encoder_page: Page, photo: bytes) -> None:
    gif = render(photo, "zoom", size=96, duration=4).data
    mp4 = Mp4(call(encoder_page, EXPORT, gif))
    assert mp4.duration == sum(decode(gif).delays_ms) >= 3_000


def test_all_headers_have_the_same_duration(encoder_page: Page, short_gif: bytes) -> None:
    mp4 = Mp4(call(encoder_page, EXPORT, short_gif))
    [movie] = mp4["moov/mvhd"].integers("I", 16)
    [track] = mp4["moov/trak/tkhd"].integers("I", 20)
    assert movie == track == mp4.duration == sum(mp4.durations)


def test_frames_look_like_those_of_the_gif(encoder_page: Page, short_gif: bytes, tmp_path: Path) -> None:
    frames = decoded(call(encoder_page, EXPORT, short_gif), tmp_path)
    gif = decode(short_gif).frames
    assert len(frames) == 3 * len(gif)
    for i, frame in enumerate(frames):
        wanted = gif[i % len(gif)][: frame.shape[0], : frame.shape[1]]
        difference = frame.astype(float) - wanted
        assert np.sqrt((difference**2).mean()) < 15  # compression
        assert np.abs(difference.mean((0, 1))).max() < 4  # the range and matrix of the colours


def test_the_profile_is_constrained_baseline(encoder_page: Page, short_gif: bytes) -> None:
    version, profile, constraints = (
        Mp4(call(encoder_page, EXPORT, short_gif)).sample_entry()["avcC"].content[:3]
    )
    assert (version, profile) == (1, 66)
    assert constraints & 0x40  # constraint_set1_flag


def test_the_colour_space_is_bt_709_in_limited_range(encoder_page: Page, short_gif: bytes) -> None:
    entry = Mp4(call(encoder_page, EXPORT, short_gif)).sample_entry()
    assert entry["colr"].content == b"nclx" + bytes([0, 1, 0, 1, 0, 1, 0])


def test_the_first_frame_can_be_decoded_alone(encoder_page: Page, short_gif: bytes) -> None:
    assert Mp4(call(encoder_page, EXPORT, short_gif)).keys[0] == 1


def test_odd_sizes_lose_a_row_or_column(encoder_page: Page, photo: bytes, tmp_path: Path) -> None:
    gif = render(photo, "spin", size=99).data
    height, width = decode(gif).frames[0].shape[:2]
    assert width % 2 == 1
    shape = decoded(call(encoder_page, EXPORT, gif), tmp_path).shape
    assert shape[1:3] == (height - height % 2, width - 1)


def test_transparent_pixels_become_white(encoder_page: Page, logo: bytes, tmp_path: Path) -> None:
    gif = render(logo, "shake", size=96).data
    corners = decoded(call(encoder_page, EXPORT, gif), tmp_path)[:, :4, :4]
    assert corners.min() > 245


def test_an_animated_webp_becomes_an_mp4(encoder_page: Page, photo: bytes, tmp_path: Path) -> None:
    webp = render(photo, "zoom", size=96, format="webp").data
    animation = decode(webp)
    mp4 = call(encoder_page, EXPORT, webp)
    assert Mp4(mp4).durations[: len(animation.frames)] == list(animation.delays_ms)
    frame = decoded(mp4, tmp_path)[0]
    assert np.abs(frame.astype(float) - animation.frames[0][: frame.shape[0], : frame.shape[1]]).mean() < 15


def test_the_same_gif_gives_the_same_mp4(encoder_page: Page, short_gif: bytes) -> None:
    assert call(encoder_page, EXPORT, short_gif) == call(encoder_page, EXPORT, short_gif)


def test_an_aborted_export_throws_the_reason(encoder_page: Page, short_gif: bytes) -> None:
    aborted = 'async (blob) => (await import("/mp4-export.js")).mp4From(blob, AbortSignal.abort())'
    assert error_of(encoder_page, aborted, short_gif)["name"] == "AbortError"


def test_a_file_without_frames_is_an_error(encoder_page: Page) -> None:
    assert error_of(encoder_page, EXPORT, b"GIF89a" + bytes(20))


def test_a_frame_that_the_encoder_drops_is_an_error(encoder_page: Page, short_gif: bytes) -> None:
    encoder_page.evaluate("""() => {
        const { encode } = VideoEncoder.prototype;
        let calls = 0;
        VideoEncoder.prototype.encode = function (...values) {
            calls += 1;
            if (calls !== 2) encode.apply(this, values);
        };
    }""")
    assert "frames" in error_of(encoder_page, EXPORT, short_gif)["message"]


def test_a_browser_without_webcodecs_exports_no_mp4(page: Page) -> None:
    page.evaluate("delete globalThis.VideoEncoder")
    assert call(page, CAN_EXPORT) is False


def test_a_browser_without_an_h264_encoder_exports_no_mp4(page: Page) -> None:
    page.evaluate("() => { VideoEncoder.isConfigSupported = async () => ({ supported: false }); }")
    assert call(page, CAN_EXPORT) is False


def test_a_browser_that_rejects_the_configuration_exports_no_mp4(page: Page) -> None:
    page.evaluate("() => { VideoEncoder.isConfigSupported = async () => { throw new TypeError('codec') }; }")
    assert call(page, CAN_EXPORT) is False
