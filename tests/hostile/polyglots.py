"""Polyglot files, and files whose signature is that of another format."""

from __future__ import annotations

import io
import zipfile

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.hostile.file_builders import Hostile, encoded, quadrants
from tests.hostile.heic_builder import box

SCRIPT = b"<script>alert(document.domain)</script>"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"


def archive() -> bytes:
    """Return a ZIP archive, which readers find from its end. Source: APPNOTE.TXT, section 4.3.16."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil\n")
    return file.getvalue()


def gif_with_html() -> bytes:
    """Return a GIF with a page in a comment and after its end. Source: GIF89a, section 24."""
    data = encoded(quadrants(), "GIF")
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return data[:at] + b"!\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\x00" + data[at:] + b"<html>" + SCRIPT


def gif_that_is_a_script() -> bytes:
    """Return a GIF whose width begins a comment in JavaScript: `GIF89a/*...*/=1;alert(1)`."""
    data = bytearray(encoded(Image.new("P", (1, 1)), "GIF"))
    data[6:10] = b"/*\x01\x00"
    return bytes(data) + b"*/=1;alert(1)"


def jpeg_with_zip() -> bytes:
    """Return a JPEG with an archive after its end, as in the GIFAR attack."""
    return encoded(quadrants(), "JPEG") + archive()


def jpeg_with_html() -> bytes:
    """Return a JPEG with a page in its comment."""
    return encoded(quadrants(), "JPEG", comment=b"--><html>" + SCRIPT)


def jpeg_with_php() -> bytes:
    """Return a JPEG with a script in its Exif data, for servers that execute stored files."""
    exif = Image.Exif()
    exif[0x010E] = "<?php system($_GET['c']); __halt_compiler();"
    return encoded(quadrants(), "JPEG", exif=exif)


def jpeg_then_png() -> bytes:
    """Return a JPEG with a PNG after its end."""
    return encoded(quadrants(), "JPEG") + encoded(Image.new("RGB", (9, 9)), "PNG")


def png_with_script() -> bytes:
    """Return a PNG with scripts in its text and after its end."""
    info = PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SCRIPT.decode()}</x:xmpmeta>")
    return encoded(quadrants(), "PNG", pnginfo=info) + SCRIPT


def bmp_that_is_a_script() -> bytes:
    """Return a BMP whose size is `/*`, with a script after its pixels."""
    data = bytearray(encoded(quadrants(), "BMP"))
    data[2:4] = b"/*"
    return bytes(data) + b"*/=1;alert(1)"


def tiff_with_pdf() -> bytes:
    """Return a TIFF with a PDF after its end: PDF readers search the first kilobyte for their signature."""
    return encoded(quadrants(), "TIFF") + PDF


def html_with_heic_signature() -> bytes:
    """Return an HTML page after the `ftyp` box of HEIC. Source: ISO/IEC 14496-12, section 4.3."""
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + b"<html>" + SCRIPT


def audio_with_webp_signature() -> bytes:
    """Return a RIFF file with the type WEBP and audio data."""
    return b"RIFF\x64\x00\x00\x00WEBPfmt \x10\x00\x00\x00" + bytes(84)


PHOTO, NOT_A_PHOTO, DAMAGED = "photo", "not_a_photo", "damaged_photo"

FILES: dict[str, Hostile] = {
    "gif with a page": Hostile(PHOTO, gif_with_html),
    "gif that is a script": Hostile(PHOTO, gif_that_is_a_script),
    "jpeg with an archive": Hostile(PHOTO, jpeg_with_zip),
    "jpeg with a page": Hostile(PHOTO, jpeg_with_html),
    "jpeg with php": Hostile(PHOTO, jpeg_with_php),
    "jpeg with a png": Hostile(PHOTO, jpeg_then_png),
    "png with scripts": Hostile(PHOTO, png_with_script),
    "bmp that is a script": Hostile(PHOTO, bmp_that_is_a_script),
    "tiff with a pdf": Hostile(PHOTO, tiff_with_pdf),
    "pdf before a jpeg": Hostile(NOT_A_PHOTO, lambda: PDF + encoded(quadrants(), "JPEG")),
    "archive before a png": Hostile(NOT_A_PHOTO, lambda: archive() + encoded(quadrants(), "PNG")),
    "page before a gif": Hostile(NOT_A_PHOTO, lambda: b"<html>" + SCRIPT + encoded(quadrants(), "GIF")),
    "svg with a jpeg": Hostile(
        NOT_A_PHOTO, lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + jpeg_with_html()
    ),
    "html with a heic signature": Hostile(DAMAGED, html_with_heic_signature),
    "audio with a webp signature": Hostile(DAMAGED, audio_with_webp_signature),
}
