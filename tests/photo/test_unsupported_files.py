from __future__ import annotations

import base64
import gzip
import io
import struct
import tarfile
import wave
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.hostile.file_builders import encoded, quadrants, valid

from gifmill.errors import NotAPhoto
from gifmill.photo import open_photo
from gifmill.photo.formats import sniff
from gifmill.photo.unsupported_files import FILE_TYPES, identify, refusal_message


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    """Return the first box of an ISO/IEC 14496-12 file, and the beginning of the next one."""
    brands = b"".join(compatible)
    return struct.pack(">I", 16 + len(brands)) + b"ftyp" + major + bytes(4) + brands + b"\x00\x00\x01\x00meta"


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<Types/>")
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("photo.jpg"))
    return file.getvalue()


def recorded() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8_000)
        recording.writeframes(bytes(80))
    return file.getvalue()


PACKET = b"\x47\x40\x00\x10" + b"\xff" * 184
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"

WRITTEN_BY_OTHERS = {
    "a JPEG 2000 image": encoded(quadrants(), "JPEG2000"),
    "a PDF": encoded(quadrants(), "PDF"),
    "an EPS or PostScript file": encoded(quadrants(), "EPS"),
    "a Netpbm image": encoded(quadrants(), "PPM"),
    "a Windows icon (ICO)": encoded(quadrants(), "ICO"),
    "a macOS icon (ICNS)": encoded(Image.new("RGB", (16, 16)), "ICNS"),
    "an Office document": zipped("[Content_Types].xml", "word/document.xml"),
    "a ZIP archive": zipped("photo.jpg"),
    "a gzip archive": gzip.compress(b"photo"),
    "a TAR archive": tarred(),
    "a WAV audio file": recorded(),
}
"""Files written by independent libraries."""

SIGNATURES = [
    ("a JPEG XL image", b"\xff\x0a\xfa\x1f\x01\x90"),
    ("a JPEG XL image", b"\x00\x00\x00\x0cJXL \r\n\x87\n\x00\x00\x00\x14ftypjxl "),
    ("a JPEG 2000 image", b"\xff\x4f\xff\x51\x00\x29"),
    ("a JPEG XR image", b"II\xbc\x01\x20\x00\x00\x00"),
    ("an EPS or PostScript file", b"\xc5\xd0\xd3\xc6\x1e\x00\x00\x00"),
    ("a Photoshop file (PSD)", b"8BPS\x00\x01" + bytes(6) + b"\x00\x03"),
    ("a GIMP file (XCF)", b"gimp xcf v011\x00"),
    ("a Windows cursor (CUR)", b"\x00\x00\x02\x00\x01\x00\x20\x20\x00\x00\x01\x00\x01\x00"),
    ("an OpenEXR image", b"\x76\x2f\x31\x01\x02\x00\x00\x00channels\x00"),
    ("a Radiance HDR image", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n"),
    ("a Netpbm image", b"P3\n# a comment\n1 1\n255\n0 0 0\n"),
    ("a Netpbm image", b"PF\n1 1\n-1.0\n" + bytes(12)),
    ("a DICOM scan", bytes(128) + b"DICM\x02\x00\x00\x00UL"),
    ("a Fujifilm raw file (RAF)", b"FUJIFILMCCD-RAW 0201FF383501X-T3"),
    ("a Canon raw file (CR3)", ftyp(b"crx ", b"crx ", b"isom")),
    ("a Canon raw file (CRW)", b"II\x1a\x00\x00\x00HEAPCCDR\x02\x00\x01\x00"),
    ("an Olympus raw file (ORF)", b"IIRO\x08\x00\x00\x00"),
    ("an Olympus raw file (ORF)", b"IIRS\x08\x00\x00\x00"),
    ("a Panasonic or Leica raw file (RW2)", b"IIU\x00\x18\x00\x00\x00"),
    ("a Sigma raw file (X3F)", b"FOVb\x00\x00\x02\x00"),
    ("a Minolta raw file (MRW)", b"\x00MRM\x00\x00\x01\x00\x00PRD"),
    ("a HEIF file that is neither HEIC nor AVIF", ftyp(b"mif1", b"miaf")),
    ("a HEIF file that is neither HEIC nor AVIF", ftyp(b"msf1", b"iso8")),
    ("an MP4 video", ftyp(b"isom", b"mp42", b"avc1")),
    ("a QuickTime video (MOV)", ftyp(b"qt  ", b"qt  ")),
    ("a QuickTime video (MOV)", b"\x00\x00\x08\x00moov\x00\x00\x00\x6cmvhd"),
    ("a 3GP video", ftyp(b"3gp4", b"isom")),
    ("an M4A audio file", ftyp(b"M4A ", b"isom", b"mp42")),
    ("a WebM or Matroska video", b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm"),
    ("an AVI video", b"RIFF\x24\x00\x00\x00AVI LIST"),
    ("an MPEG video", PACKET * 4),
    ("an MPEG video", (bytes(4) + PACKET) * 4),
    ("an MPEG video", b"\x00\x00\x01\xba\x44\x00\x04\x00"),
    ("a Flash video (FLV)", b"FLV\x01\x05\x00\x00\x00\x09"),
    ("a Windows Media file", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"),
    ("an Ogg video", b"OggS\x00\x02" + bytes(20) + b"\x01\x2a\x80theora\x03"),
    ("an Ogg audio file", b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead"),
    ("an MP3 audio file", b"ID3\x04\x00\x00\x00\x00\x00\x23TSSE"),
    ("an MP3 audio file", b"\xff\xfb\x90\x64\x00"),
    ("a FLAC audio file", b"fLaC\x00\x00\x00\x22"),
    ("an Office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)),
    ("an Office document", zipped("_rels/.rels", "[Content_Types].xml")),
    ("an Office document", rb"{\rtf1\ansi\deff0 A letter}"),
    ("a RAR archive", b"Rar!\x1a\x07\x01\x00"),
    ("a 7z archive", b"7z\xbc\xaf\x27\x1c\x00\x04"),
    ("a program", b"\x7fELF\x02\x01\x01" + bytes(9)),
    ("a program", b"MZ" + bytes(58) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\x00\x00\x64\x86"),
    ("a Windows shortcut (LNK)", b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00"),
    ("a macOS metadata file", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"),
]
"""First bytes of files by the specification of each format."""

TEXTS = [
    ("an SVG drawing", SVG),
    (
        "an SVG drawing",
        b"<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' ''>\n" + SVG,
    ),
    ("an SVG drawing", b"<!DOCTYPE svg [<!ENTITY ns 'http://www.w3.org/2000/svg'>]><svg:svg>"),
    ("a web page (HTML)", b"<!DOCTYPE html><html><title>404 Not Found</title>"),
    ("a web page (HTML)", b"<HTML>\r\n<HEAD><TITLE>Moved</TITLE></HEAD>"),
    ("a web page (HTML)", b"<!-- saved from url=(0019)https://example.org -->\n<html lang=en><body>" + SVG),
    (
        "a web page (HTML)",
        b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' ''>",
    ),
    ("an XML file", b"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>AccessDenied</Code></Error>"),
    ("an XML file", b"<Error><Code>NoSuchKey</Code></Error>"),
    ("a JSON file", b'{"error": {"code": 404, "message": "Not found"}}'),
    ("a JSON file", b'[{"id": 1}]'),
    ("a Git LFS pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
    ("an internet shortcut (URL)", b"[InternetShortcut]\r\nURL=https://example.org/photo.jpg\r\n"),
    ("a script", b"#!/bin/sh\nrm -rf /\n"),
    ("a script", b"<?php phpinfo(); ?>"),
    ("a PDF", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj"),
    ("a text file", b"BM, a letter about nothing in particular"),
    ("a text file", b"<3 from all of us at the seaside"),
    ("a text file", "Grüße aus Zürich, und bis bald!".encode()),
]

TEXTS_LIKE_BINARY = [
    b"the wide road ahead of us is long",
    b"MMORPG is a word that begins like an ORF",
    b"ID3 is what the tags of music are called",
    b"P1 is the first of the points to discuss",
    b"OggS, fLaC and 8BPS are magic numbers",
    b"MZ are initials and not a program at all",
    b"[1] A footnote is no list of numbers",
    b"data:image is how such an address begins",
]
"""Texts that begin like a binary format."""


def name_of(data: bytes) -> str | None:
    kind = identify(data)
    return kind.name if kind else None


@pytest.mark.parametrize("name", sorted(WRITTEN_BY_OTHERS))
def test_the_error_names_the_type_of_a_file_written_by_another_library(name: str) -> None:
    assert name_of(WRITTEN_BY_OTHERS[name]) == name


@pytest.mark.parametrize(("name", "data"), SIGNATURES)
def test_the_error_names_the_type_of_a_signature(name: str, data: bytes) -> None:
    assert name_of(data) == name


@pytest.mark.parametrize(("name", "data"), TEXTS)
@pytest.mark.parametrize(
    "encode",
    [
        bytes,
        lambda text: b"\xef\xbb\xbf \r\n\t" + text,
        lambda text: text.decode().encode("utf-16"),
        lambda text: b"\xfe\xff" + text.decode().encode("utf-16-be"),
    ],
    ids=["ASCII", "UTF-8 with a mark and spaces", "UTF-16", "UTF-16 BE"],
)
def test_text_is_recognised_in_every_unicode_encoding(name: str, data: bytes, encode: type[bytes]) -> None:
    assert name_of(encode(data)) == name


@pytest.mark.parametrize("data", TEXTS_LIKE_BINARY)
def test_text_that_begins_like_a_binary_format_is_recognised(data: bytes) -> None:
    assert name_of(data) == "a text file"


@pytest.mark.parametrize("name", sorted(valid()))
def test_a_photo_in_base64_is_recognised(name: str) -> None:
    data = valid()[name]

    texts = [base64.b64encode(data), base64.urlsafe_b64encode(data), base64.encodebytes(data)]
    texts += [b'"' + texts[0] + b'"', b"data:image/x;base64," + texts[0]]
    assert {name_of(text) for text in texts} == {"an image in base64 text"}


@pytest.mark.parametrize("data", [b"\x00", b"GIF", b"no photo", b"   \n", b"\x89PNG\n\x1a\n", bytes(5_000)])
def test_the_error_for_an_unknown_file_lists_the_formats(data: bytes) -> None:
    assert refusal_message(data) == (
        "This file is not an image that gifmill reads. Use a JPEG, PNG, WebP, AVIF, HEIC, GIF, TIFF or BMP."
    )


def test_an_empty_file_is_reported_as_empty() -> None:
    assert refusal_message(b"").startswith("This file is empty. Use a JPEG, PNG")


def test_the_message_names_the_file_type_and_then_gives_advice() -> None:
    with pytest.raises(NotAPhoto) as caught:
        open_photo(b"%PDF-1.7")

    assert caught.value.message == "This is a PDF. Export the page as a PNG or JPEG and use that."
    assert caught.value.code == "not_a_photo"


@pytest.mark.parametrize("kind", FILE_TYPES, ids=[kind.name for kind in FILE_TYPES])
def test_every_message_is_short_and_ends_in_advice(kind: tuple[str, str, bytes]) -> None:
    name, advice, _ = kind
    assert name.startswith(("a ", "an "))
    assert advice.endswith(".")
    assert advice.count(". ") <= 1
    assert len(f"This is {name}. {advice}") <= 120


def test_every_file_type_has_a_sample() -> None:
    samples = {*WRITTEN_BY_OTHERS, *(name for name, _ in SIGNATURES + TEXTS), "an image in base64 text"}

    assert {kind.name for kind in FILE_TYPES} == samples


@pytest.mark.parametrize(
    "data", [b"IIRO\x08\x00\x00\x00", b"IIRS\x08\x00\x00\x00", b"IIU\x00\x18\x00\x00\x00"]
)
def test_a_raw_file_with_a_similar_signature_is_not_a_tiff(data: bytes) -> None:
    assert sniff(data + bytes(100)) is None


def test_no_more_than_the_first_4096_bytes_are_inspected() -> None:
    text = b"a" * 4_096

    assert name_of(text + b"\x00") == "a text file"
    assert name_of(text[:-1] + b"\x00") is None
    assert name_of(b" " * 4_096 + SVG) is None


def test_a_character_cut_off_at_the_limit_is_still_text() -> None:
    for letter in "é€😀":
        for shift in range(4):
            assert name_of(b"a" * shift + letter.encode() * 3_000) == "a text file"


@pytest.mark.parametrize(
    "part",
    [
        b"<!--",
        b"<?xml ?>",
        b"<?xml",
        b"<!doctype x",
        b"<!doctype x [",
        b"<!---->",
        b"<a ",
        b"PK\x03\x04",
        b"MZ",
        b"P1 ",
        b"{ ",
    ],
)
def test_repeated_signatures_end(part: bytes) -> None:
    assert refusal_message(part * 4_096).endswith(".")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_message(data: bytes) -> None:
    assert refusal_message(data).startswith("This ")
    assert refusal_message(data).endswith(".")
