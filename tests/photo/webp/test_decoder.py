from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image
from tests.hostile.file_builders import display_p3, encoded, on_white, quadrants, webp_bomb

import gifmill.photo.webp.decoder
from gifmill.errors import DamagedPhoto, TooManyPixels
from gifmill.photo import open_photo
from gifmill.settings import Settings

CANVAS = (64, 40)
LEFT, TOP = 6, 4


def noise(mode: str = "RGB") -> Image.Image:
    """Return noise of 24 x 20 px, with alpha of 0, 100 or 255."""
    random = np.random.default_rng(3)
    image = Image.fromarray(random.integers(0, 256, (20, 24, 3), np.uint8))
    if mode == "RGBA":
        image.putalpha(Image.fromarray(random.choice(np.array([0, 100, 255], np.uint8), (20, 24))))
    return image


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a WebP of these chunks. Source: RFC 9649, section 2.3."""
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def number(value: int) -> bytes:
    return value.to_bytes(3, "little")


def header(flags: int, canvas: tuple[int, int] = CANVAS) -> tuple[bytes, bytes]:
    return b"VP8X", bytes([flags, 0, 0, 0]) + number(canvas[0] - 1) + number(canvas[1] - 1)


def bitstream(image: Image.Image, **options: object) -> bytes:
    """Return the chunks of a still picture from its alpha on. Source: RFC 9649, sections 2.5 to 2.7."""
    data = encoded(image, "WEBP", **options)
    return data[30:] if data[12:16] == b"VP8X" else data[12:]


def animated(
    image: Image.Image,
    *,
    canvas: tuple[int, int] = CANVAS,
    at: tuple[int, int] = (LEFT, TOP),
    **options: object,
) -> bytes:
    """Return an animation of two frames on a background of opaque red. Source: RFC 9649, section 2.7.1."""
    offset = number(at[0] // 2) + number(at[1] // 2)
    size = number(image.width - 1) + number(image.height - 1)
    frame = offset + size + number(100) + b"\x00" + bitstream(image, **options)
    later = number(0) * 2 + number(0) * 2 + number(100) + b"\x00" + bitstream(Image.new("RGB", (1, 1)))
    loop = b"ANIM", b"\x00\x00\xff\xff\x00\x00"
    return riff(header(0x12, canvas), loop, (b"ANMF", frame), (b"ANMF", later))


def on_canvas(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the pixels of a transparent canvas with this frame."""
    canvas = Image.new("RGBA", CANVAS)
    canvas.alpha_composite(image.convert("RGBA"), (LEFT, TOP))
    return np.asarray(canvas)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_canvas_around_a_first_frame_is_transparent(mode: str) -> None:
    pixels = open_photo(animated(noise(mode), lossless=True, exact=True)).pixels

    expected = on_canvas(noise(mode))
    assert np.array_equal(pixels[..., 3], expected[..., 3])
    assert abs(on_white(pixels) - on_white(expected)).max() <= (2 if mode == "RGBA" else 0)


def test_a_lossy_first_frame_keeps_its_alpha() -> None:
    image = quadrants(24, 20).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 12, 10))
    pixels = open_photo(animated(image, quality=95)).pixels

    assert np.array_equal(pixels[..., 3], on_canvas(image)[..., 3])
    assert abs(on_white(pixels) - on_white(on_canvas(image))).mean() < 4


def test_downscaling_the_canvas_in_strips_equals_downscaling_it_afterwards() -> None:
    image = quadrants(240, 200)
    pixels = open_photo(animated(image, canvas=(640, 400), at=(60, 40), lossless=True), max_side_px=64).pixels

    canvas = Image.new("RGB", (640, 400), "white")
    canvas.paste(image, (60, 40))
    expected = np.asarray(canvas.resize((64, 40), Image.Resampling.LANCZOS)).astype(int)
    assert abs(on_white(pixels) - expected).mean() < 0.5


def test_a_first_frame_that_fills_the_canvas_is_the_photo() -> None:
    frames = [quadrants(), Image.new("RGB", (64, 48))]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    assert np.array_equal(open_photo(data).pixels, np.asarray(frames[0]))


def test_later_frames_of_an_animation_may_be_missing() -> None:
    data = animated(noise(), lossless=True)

    assert np.array_equal(open_photo(data[: data.rindex(b"ANMF") + 12]).pixels, on_canvas(noise()))


@pytest.mark.parametrize("at", [(42, 4), (6, 22), (60_000, 0)])
def test_a_frame_outside_its_canvas_is_damaged(at: tuple[int, int]) -> None:
    with pytest.raises(DamagedPhoto):
        open_photo(animated(noise(), at=at))


def test_a_frame_of_another_size_than_its_picture_is_damaged() -> None:
    data = animated(noise(), lossless=True)
    size = number(23) + number(19)

    with pytest.raises(DamagedPhoto):
        open_photo(data.replace(size, number(21) + number(19), 1))


def test_an_animation_without_frames_is_damaged() -> None:
    with pytest.raises(DamagedPhoto):
        open_photo(riff(header(0x12), (b"ANIM", bytes(6))))


def test_the_error_for_a_bomb_has_its_size() -> None:
    with pytest.raises(TooManyPixels, match=r"16,383 x 16,383 px; the limit is .* Use a smaller version"):
        open_photo(webp_bomb())


@pytest.mark.parametrize("data", [encoded(quadrants(), "WEBP"), encoded(quadrants(), "WEBP", lossless=True)])
def test_the_pixel_limit_applies_to_a_simple_file(data: bytes) -> None:
    assert open_photo(data, settings=Settings(max_photo_pixels=64 * 48)).size == (64, 48)
    with pytest.raises(TooManyPixels, match="64 x 48 px"):
        open_photo(data, settings=Settings(max_photo_pixels=64 * 48 - 1))


def test_broken_metadata_is_ignored() -> None:
    still = bitstream(quadrants(), lossless=True)
    picture = still[:4], still[8 : 8 + int.from_bytes(still[4:8], "little")]
    junk = bytes(range(200))

    for flags in (0x00, 0x28, 0x20, 0x08):
        data = riff(header(flags, (64, 48)), (b"ICCP", junk), picture, (b"EXIF", junk))
        assert np.array_equal(open_photo(data).pixels, np.asarray(quadrants()))


def test_exif_and_profile_are_read_from_their_chunks() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(quadrants(), "WEBP", exif=exif, icc_profile=display_p3(), lossless=True)
    plain = encoded(quadrants(), "PNG", exif=exif, icc_profile=display_p3())

    assert np.array_equal(open_photo(data).pixels, open_photo(plain).pixels)


def test_without_libwebp_pillow_decodes_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gifmill.photo.webp.decoder, "read_picture", lambda _: None)

    data = encoded(quadrants(), "WEBP", lossless=True)
    assert np.array_equal(open_photo(data).pixels, np.asarray(quadrants()))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_file_truncated_in_its_metadata_is_read(mode: str) -> None:
    picture = bitstream(noise(mode), lossless=True)
    flags = 0x08 | (0x10 if mode == "RGBA" else 0)
    kind, length = picture[:4], int.from_bytes(picture[4:8], "little")
    data = riff(header(flags, (24, 20)), (kind, picture[8 : 8 + length]), (b"EXIF", bytes(200)))

    assert np.array_equal(open_photo(data[:-90]).pixels, open_photo(data).pixels)
