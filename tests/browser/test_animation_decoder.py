"""The page's own decoders of GIF and WebP, compared with the browser's: Safari has no ImageDecoder."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from PIL import Image
from tests.browser.page_modules import call, error_of

from gifmill import render

if TYPE_CHECKING:
    from playwright.sync_api import Page

PIXELS = """async (blob, { order, own }) => {
    const { ImageDecoder } = globalThis;
    if (own) delete globalThis.ImageDecoder;
    const { openAnimation } = await import("/animation-decoder.js");
    const { width, height, durationsMs, decodeFrame, close } = await openAnimation(blob);
    Object.assign(globalThis, { ImageDecoder });
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    const frames = [];
    for (const index of order ?? durationsMs.keys()) {
        context.clearRect(0, 0, width, height);
        context.drawImage(await decodeFrame(index), 0, 0);
        frames.push(context.getImageData(0, 0, width, height).data);
    }
    close();
    return new Blob(frames);
}"""
"""All frames as RGBA, one after the other."""


def pixels(page: Page, animation: bytes, **values: object) -> np.ndarray:
    return np.frombuffer(call(page, PIXELS, animation, **values), np.uint8)


def boxes_gif(disposal: int, *, interlaced: bool = False) -> bytes:
    """Return a GIF of small squares that move over a background, written by Pillow."""
    frames = [Image.new("P", (40, 30), 0) for _ in range(4)]
    for i, frame in enumerate(frames):
        frame.putpalette([0, 0, 0, 200, 30, 60, 20, 90, 220, 240, 240, 10])
        frame.paste(i % 3 + 1, (5 * i, 4 * i, 5 * i + 12, 4 * i + 9))
    file = io.BytesIO()
    frames[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=80,
        disposal=disposal,
        transparency=0,
        interlace=interlaced,
    )
    return file.getvalue()


@pytest.mark.parametrize("effect", ["glitch", "spin", "confetti", "blur"])
def test_the_gif_decoder_agrees_with_the_browser(page: Page, photo: bytes, effect: str) -> None:
    gif = render(photo, effect, size=120).data
    np.testing.assert_array_equal(pixels(page, gif, own=True), pixels(page, gif, own=False))


def test_the_gif_decoder_agrees_about_a_transparent_gif(page: Page, logo: bytes) -> None:
    gif = render(logo, "party", size=120).data
    np.testing.assert_array_equal(pixels(page, gif, own=True), pixels(page, gif, own=False))


@pytest.mark.parametrize("disposal", [0, 1, 2, 3])
def test_the_gif_decoder_agrees_about_disposal(page: Page, disposal: int) -> None:
    gif = boxes_gif(disposal)
    np.testing.assert_array_equal(pixels(page, gif, own=True), pixels(page, gif, own=False))


def test_the_gif_decoder_agrees_about_interlaced_rows(page: Page) -> None:
    gif = boxes_gif(1, interlaced=True)
    np.testing.assert_array_equal(pixels(page, gif, own=True), pixels(page, gif, own=False))


@pytest.mark.parametrize("picture", ["photo", "logo"])
def test_the_webp_decoder_agrees_with_the_browser(
    page: Page, picture: str, request: pytest.FixtureRequest
) -> None:
    webp = render(request.getfixturevalue(picture), "spin", size=120, format="webp").data
    own, native = (pixels(page, webp, own=own).reshape(-1, 4).astype(float) for own in (True, False))
    assert np.abs(own[:, 3] - native[:, 3]).max() <= 1
    visible = (own[:, :3] * own[:, 3:] - native[:, :3] * native[:, 3:]) / 255
    assert np.abs(visible).max() <= 2  # canvases hold colours multiplied by alpha, rounded


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("format_", ["gif", "webp"])
def test_frames_start_again_at_the_first(
    page: Page, photo: bytes, format_: Literal["gif", "webp"], own: bool
) -> None:
    animation = render(photo, "party", size=96, format=format_).data
    twice = pixels(page, animation, own=own, order=[0, 1, 2, 0, 1, 2])
    first, second = np.split(twice, 2)
    np.testing.assert_array_equal(first, second)


def test_a_truncated_gif_is_decoded_as_far_as_it_goes(page: Page, photo: bytes) -> None:
    gif = render(photo, "zoom", size=96).data
    frame_bytes = len(pixels(page, gif, own=True, order=[0]))
    assert len(pixels(page, gif[: len(gif) // 2], own=True, order=[0])) == frame_bytes


def test_a_gif_without_frames_is_an_error(page: Page) -> None:
    assert error_of(page, PIXELS, b"GIF89a\1\0\1\0\0\0\0;", own=True)["message"] == "The GIF has no frames."
