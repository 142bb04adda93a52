"""Polyglot files, and files in another format than they seem."""

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
    """A ZIP, which readers find from its end. Source: APPNOTE.TXT, section 4.3.16."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil\n")
    return file.getvalue()


def gif_with_html() -> bytes:
    """A GIF with a page in a comment and behind its end. Source: GIF89a, section 24."""
    data = encoded(quadrants(), "GIF")
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return data[:at] + b"!\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\x00" + data[at:] + b"<html>" + SCRIPT


def gif_that_is_a_script() -> bytes:
    """A GIF whose width begins a comment in JavaScript: `GIF89a/*...*/=1;alert(1)`."""
    data = bytearray(encoded(Image.new("P", (1, 1)), "GIF"))
    data[6:10] = b"/*\x01\x00"
    return bytes(data) + b"*/=1;alert(1)"


def jpeg_with_zip() -> bytes:
    """A JPEG with an archive behind its end, as in the GIFAR attack."""
    return encoded(quadrants(), "JPEG") + archive()


def jpeg_with_html() -> bytes:
    """A JPEG with a page in its comment."""
    return encoded(quadrants(), "JPEG", comment=b"--><html>" + SCRIPT)


def jpeg_with_php() -> bytes:
    """A JPEG with a script in its Exif data, for servers that execute stored files."""
    exif = Image.Exif()
    exif[0x010E] = "<?php system($_GET['c']); __halt_compiler();"
    return encoded(quadrants(), "JPEG", exif=exif)


def jpeg_then_png() -> bytes:
    """A JPEG with a PNG behind its end."""
    return encoded(quadrants(), "JPEG") + encoded(Image.new("RGB", (9, 9)), "PNG")


def png_with_script() -> bytes:
    """A PNG with scripts in its text and behind its end."""
    info = PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SCRIPT.decode()}</x:xmpmeta>")
    return encoded(quadrants(), "PNG", pnginfo=info) + SCRIPT


def bmp_that_is_a_script() -> bytes:
    """A BMP whose size is `/*`, with a script behind its pixels."""
    data = bytearray(encoded(quadrants(), "BMP"))
    data[2:4] = b"/*"
    return bytes(data) + b"*/=1;alert(1)"


def tiff_with_pdf() -> bytes:
    """A TIFF with a PDF after its end: PDF readers search the first kilobyte for their signature."""
    return encoded(quadrants(), "TIFF") + PDF


def heic_in_name_only() -> bytes:
    """An HTML page after the `ftyp` box of HEIC. Source: ISO/IEC 14496-12, section 4.3."""
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + b"<html>" + SCRIPT


def webp_in_name_only() -> bytes:
    """A RIFF file with the type WEBP and audio data."""
    return b"RIFF\x64\x00\x00\x00WEBPfmt \x10\x00\x00\x00" + bytes(84)


PHOTO, OTHER, DAMAGED = "photo", "not_a_photo", "damaged_photo"

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
    "pdf before a jpeg": Hostile(OTHER, lambda: PDF + encoded(quadrants(), "JPEG")),
    "archive before a png": Hostile(OTHER, lambda: archive() + encoded(quadrants(), "PNG")),
    "page before a gif": Hostile(OTHER, lambda: b"<html>" + SCRIPT + encoded(quadrants(), "GIF")),
    "svg with a jpeg": Hostile(OTHER, lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + jpeg_with_html()),
    "heic in name only": Hostile(DAMAGED, heic_in_name_only),
    "webp in name only": Hostile(DAMAGED, webp_in_name_only),
}
