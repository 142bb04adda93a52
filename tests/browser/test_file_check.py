"""The page's check of a file's first bytes: photos that the server reads pass, other files have a kind."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.browser.page_modules import call
from tests.hostile import file_builders

from gifmill.photo.formats import FORMATS, sniff

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHECK = """async (blob, { name }) =>
    (await import("/file-check.js")).checkFile(new File([blob], name, { type: "image/jpeg" }))"""

OTHERS = {
    "invoice.pdf": (b"%PDF-1.7", "pdf"),
    "holiday.mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video"),
    "holiday.mov": (b"\0\0\0\x14ftypqt  \0\0\2\0qt  ", "video"),
    "old.mov": (b"\0\0\0\x08wide\0\0\0\0mdat", "video"),
    "holiday.webm": (b"\x1a\x45\xdf\xa3\x01", "video"),
    "holiday.avi": (b"RIFF\0\0\0\0AVI LIST", "video"),
    "song.m4a": (b"\0\0\0\x18ftypM4A \0\0\2\0isomiso2", "sound"),
    "song.mp3": (b"ID3\4\0", "sound"),
    "bell.wav": (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
    "letter.docx": (b"PK\3\4\x14\0", "document"),
    "photos.zip": (b"PK\3\4\x14\0", "archive"),
    "logo.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
    "photo.cr3": (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw"),
    "photo.jxl": (b"\xff\x0a\xfa", "jxl"),
    "photo.heif": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "unknown"),
    "poster.psd": (b"8BPS\0\1", "photoshop"),
    "empty.jpg": (b"", "empty"),
    "notes.txt": (b"BM is not always a BMP", "unknown"),
}


def animated(kind: str, *, frames: int) -> bytes:
    """Return an image of this many frames."""
    images = [Image.new("RGB", (16, 16), (value, 0, 255 - value)) for value in range(0, 40 * frames, 40)]
    encoded = io.BytesIO()
    images[0].save(encoded, kind, save_all=frames > 1, append_images=images[1:])
    return encoded.getvalue()


def test_every_format_that_the_server_reads_is_a_photo(page: Page) -> None:
    for name, data in file_builders.valid().items():
        assert sniff(data), name
        assert "kind" not in call(page, CHECK, data, name="photo"), name


def test_every_format_of_the_server_is_checked() -> None:
    checked = {known for data in file_builders.valid().values() if (known := sniff(data))}
    assert checked == set(FORMATS)


def test_files_that_are_no_photos_have_a_kind(page: Page) -> None:
    found = {name: call(page, CHECK, data, name=name).get("kind") for name, (data, _) in OTHERS.items()}
    assert found == {name: kind for name, (_, kind) in OTHERS.items()}
    assert {name for name, (data, _) in OTHERS.items() if sniff(data)} == set()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animated_images_are_detected(page: Page, kind: str) -> None:
    checked = [call(page, CHECK, animated(kind, frames=frames), name="photo") for frames in (1, 2)]
    assert checked == [{"isAnimated": False}, {"isAnimated": True}]


def test_a_file_that_cannot_be_read_is_reported(page: Page) -> None:
    script = """async () => {
        const arrayBuffer = async () => { throw new Error("moved"); };
        const file = { name: "moved.jpg", slice: () => ({ arrayBuffer }) };
        return (await import("/file-check.js")).checkFile(file);
    }"""
    assert page.evaluate(script) == {"kind": "unreadable"}
