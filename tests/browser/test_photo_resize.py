"""Photos that the page resizes before the upload, and photos that it uploads unchanged."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from tests.browser.recorded_uploads import RECORD_UPLOADS, last_upload
from tests.browser.steps import PHOTOS_URL, SAMPLES, choose_photo, expect_accepted
from tests.hostile.file_builders import HEIC, display_p3, encoded

from gifmill import open_photo

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROTATED_90_DEGREES = 6
"""The Exif orientation of an upright camera: the stored image must be rotated by 90 degrees."""


@pytest.fixture
def page(page: Page) -> Page:
    """The start page, which records its uploads."""
    page.add_init_script(RECORD_UPLOADS)
    page.reload()
    return page


@pytest.fixture(scope="module")
def camera_photo() -> bytes:
    """A photo of 12 megapixels like those of a phone: rotated, in Display P3, with sensor noise."""
    with Image.open(SAMPLES / "chelsea.jpg") as image:
        large = np.asarray(image.resize((4032, 3024), Image.Resampling.BICUBIC)).astype(np.int16)
    grain = np.random.default_rng(6).normal(0, 4, large.shape[:2])[..., None]
    exif = Image.Exif()
    exif[0x0112] = ROTATED_90_DEGREES
    photo = Image.fromarray(np.clip(large + grain, 0, 255).astype(np.uint8))
    return encoded(photo, "JPEG", quality=92, exif=exif, icc_profile=display_p3())


def test_a_camera_photo_is_uploaded_upright_in_srgb_and_resized(page: Page, camera_photo: bytes) -> None:
    assert len(camera_photo) > 3_000_000
    with page.expect_request(PHOTOS_URL) as request:
        choose_photo(page, camera_photo)
    assert int(request.value.all_headers()["content-length"]) < 700_000
    expect_accepted(page)
    sent = last_upload(page)
    assert sent.type == "image/jpeg"
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (1080, 1440)
        assert image.getexif().get(0x0112, 1) == 1
    uploaded = open_photo(sent.data).pixels.astype(int)
    original = open_photo(camera_photo).pixels.astype(int)
    assert abs(uploaded - original).mean() < 2
    with Image.open(io.BytesIO(camera_photo)) as image:
        image.info.pop("icc_profile")
        without_profile = open_photo(encoded(image, "JPEG", exif=image.getexif(), quality=92)).pixels.astype(
            int
        )
    assert abs(without_profile - original).mean() > 4  # so the test detects an ignored profile


def resized_size(page: Page, camera_photo: bytes) -> tuple[int, int]:
    """Choose a camera photo; return the size of the uploaded one."""
    page.reload()
    choose_photo(page, camera_photo)
    expect_accepted(page)
    with Image.open(io.BytesIO(last_upload(page).data)) as image:
        return image.size


def test_a_photo_is_decoded_outside_the_page(page: Page, camera_photo: bytes) -> None:
    page.add_init_script("window.createImageBitmap = async () => { throw new Error('the page is blocked'); }")
    assert resized_size(page, camera_photo) == (1080, 1440)


def test_a_photo_is_decoded_in_the_page_where_workers_cannot(page: Page, camera_photo: bytes) -> None:
    page.add_init_script(
        """window.Worker = class {
            postMessage() { this.onmessage({ data: { error: "InvalidStateError" } }); }
            terminate() {}
        }"""
    )
    assert resized_size(page, camera_photo) == (1080, 1440)


def test_a_photo_is_decoded_in_the_page_if_the_worker_cannot_be_loaded(
    page: Page, camera_photo: bytes
) -> None:
    page.add_init_script(
        """window.Worker = class {
            constructor() { queueMicrotask(() => this.onerror(new Event("error"))); }
            postMessage() {}
            terminate() {}
        }"""
    )
    assert resized_size(page, camera_photo) == (1080, 1440)


def test_a_small_photo_is_uploaded_unchanged(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    assert last_upload(page) == ("image/jpeg", photo)


def test_a_photo_that_resizing_would_enlarge_is_uploaded_unchanged(page: Page) -> None:
    noise = np.random.default_rng(6).integers(0, 256, (1200, 1200, 3), np.uint8)
    coarse = encoded(Image.fromarray(noise), "JPEG", quality=30)
    assert len(coarse) > 300_000
    choose_photo(page, coarse)
    expect_accepted(page)
    assert last_upload(page) == ("image/jpeg", coarse)


def noisy_png(alpha: int) -> bytes:
    """Return a PNG of noise; its left half has this alpha."""
    pixels = np.random.default_rng(6).integers(0, 256, (1500, 2000, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:, :1000, 3] = alpha
    return encoded(Image.fromarray(pixels), "PNG")


@pytest.mark.parametrize("mime", ["image/png", "image/heic", ""])
def test_transparency_is_kept_whatever_the_type_of_the_file(page: Page, mime: str) -> None:
    choose_photo(page, noisy_png(0), "logo.png", mime)
    expect_accepted(page)
    sent = last_upload(page)
    assert sent.type == "image/webp"
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (1440, 1080)
        alpha = image.convert("RGBA").getchannel("A")
        assert (alpha.getpixel((100, 500)), alpha.getpixel((1300, 500))) == (0, 255)


def test_an_opaque_png_is_uploaded_as_a_jpeg(page: Page) -> None:
    choose_photo(page, noisy_png(255), "photo.png", "image/png")
    expect_accepted(page)
    assert last_upload(page).type == "image/jpeg"


def test_a_photo_the_browser_cannot_decode_is_uploaded_unchanged(page: Page) -> None:
    padding = struct.pack(">I4s", 400_000, b"free") + bytes(
        399_992
    )  # Source: ISO/IEC 14496-12, section 8.1.2
    photo = HEIC.read_bytes() + padding
    choose_photo(page, photo, "IMG_0001.HEIC", "image/heic")
    expect_accepted(page)
    assert last_upload(page) == ("image/heic", photo)


def test_a_photo_over_the_limit_is_accepted_after_resizing(page: Page, camera_photo: bytes) -> None:
    page.route(
        "**/config.json",
        lambda route: route.fulfill(json={**route.fetch().json(), "max_photo_bytes": 1_000_000}),
    )
    page.reload()
    choose_photo(page, camera_photo)
    expect_accepted(page)
