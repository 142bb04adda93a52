"""Photos with metadata, one in each format, and parsers for the parts of stored files.

All metadata begins with `MARKER`: a stored object that contains it has leaked metadata.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ExifTags, Image
from tests.hostile.file_builders import chunk, display_p3, encoded, quadrants

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = b"GIFMILL-SECRET"

HEIC = Path(__file__).parents[1] / "sample_photos/metadata.heic"
"""64 x 48 px with EXIF (location, maker note, comment) and XMP.

Made with pillow-heif 1.8.1, as Pillow writes no HEIC.
"""

_XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>' + MARKER + b"-xmp</dc:creator>"
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
_IPTC = b"\x1c\x02\x78" + struct.pack(">H", len(MARKER) + 5) + MARKER + b"-iptc"
"""A caption. Source: IPTC IIM 4.2, section 1.5 (data sets) and 2:120."""

_TRAILER = MARKER + b"-trailer"
"""Data behind the end of a file, as some programs write it."""


def _text(name: str) -> str:
    return f"{MARKER.decode()}-{name}"


def _exif() -> Image.Exif:
    """Return EXIF with location, artist, camera, maker note and comment."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = _text("description")
    exif[ExifTags.Base.Artist] = _text("artist")
    exif[ExifTags.Base.Model] = _text("model")
    location = exif.get_ifd(ExifTags.IFD.GPSInfo)
    location[ExifTags.GPS.GPSLatitudeRef], location[ExifTags.GPS.GPSLatitude] = "N", (48.0, 51.0, 30.0)
    location[ExifTags.GPS.GPSLongitudeRef], location[ExifTags.GPS.GPSLongitude] = "E", (2.0, 17.0, 40.0)
    location[ExifTags.GPS.GPSAreaInformation] = _text("place").encode()
    more = exif.get_ifd(ExifTags.IFD.Exif)
    more[ExifTags.Base.MakerNote] = _text("makers-note").encode()
    more[ExifTags.Base.UserComment] = b"ASCII\0\0\0" + _text("comment").encode()
    return exif


def _profile() -> bytes:
    """Return an ICC profile with a description.

    Source: ICC.1:2001-04, sections 6.1 (header, tags) and 6.5.17 (desc).
    """
    plain = display_p3()
    description = b"desc" + bytes(4) + struct.pack(">I", len(MARKER) + 9) + MARKER + b"-profile\0" + bytes(79)
    description += bytes(-len(description) % 4)
    count = struct.unpack_from(">I", plain, 128)[0]
    table = plain[132 : 132 + 12 * count]
    moved = b"".join(
        entry[:4] + struct.pack(">I", struct.unpack(">I", entry[4:8])[0] + 12) + entry[8:]
        for entry in (table[at : at + 12] for at in range(0, len(table), 12))
    )
    rest = plain[132 + 12 * count :]
    added = b"desc" + struct.pack(">II", len(plain) + 12, len(description))
    whole = plain[:128] + struct.pack(">I", count + 1) + moved + added + rest + description
    return struct.pack(">I", len(whole)) + whole[4:]


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(picture: Image.Image | None = None) -> bytes:
    small = encoded(quadrants(16, 12), "JPEG", comment=_text("preview").encode())
    exif = b"Exif\0\0" + _exif().tobytes().removeprefix(b"Exif\0\0")
    caption = struct.pack(">I", len(_IPTC)) + _IPTC + bytes(len(_IPTC) % 2)
    photoshop = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + caption
    plain = encoded(picture or quadrants(), "JPEG", icc_profile=_profile())
    extra = (
        _segment(0xE1, exif),
        _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP),
        _segment(0xE2, b"MPF\0" + small),
        _segment(0xED, photoshop),
        _segment(0xFE, _text("jpeg-comment").encode()),
    )
    return plain[:2] + b"".join(extra) + plain[2:] + _TRAILER


def png() -> bytes:
    plain = encoded(quadrants(), "PNG", icc_profile=_profile(), exif=_exif())
    packed = zlib.compress(_text("packed").encode())
    extra = (
        chunk(b"tEXt", b"Comment\0" + _text("text").encode()),
        chunk(b"zTXt", b"Author\0\0" + packed),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _XMP),
        chunk(b"maKe", _text("private").encode()),
    )
    late = chunk(b"tEXt", b"Late\0" + _text("late").encode())
    return plain[:33] + b"".join(extra) + plain[33:-12] + late + plain[-12:] + _TRAILER


def webp() -> bytes:
    return encoded(quadrants(), "WEBP", exif=_exif(), xmp=_XMP, icc_profile=_profile()) + _TRAILER


def avif() -> bytes:
    return encoded(quadrants(), "AVIF", exif=_exif(), xmp=_XMP, icc_profile=_profile())


def tiff() -> bytes:
    exif = _exif()
    for below in (ExifTags.IFD.GPSInfo, ExifTags.IFD.Exif):
        exif[below] = dict(exif.get_ifd(below))
    exif[ExifTags.Base.XMLPacket] = _XMP
    exif[33_723] = _IPTC
    return encoded(quadrants(), "TIFF", exif=exif, icc_profile=_profile()) + _TRAILER


def gif() -> bytes:
    plain = encoded(quadrants(), "GIF", comment=_text("gif-comment").encode())
    xmp = b"\x21\xff\x0bXMP DataXMP" + _XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0\0"
    screen = 13 + 3 * 2 ** ((plain[10] & 7) + 1)
    return plain[:screen] + xmp + plain[screen:] + _TRAILER


PHOTOS_WITH_METADATA = {
    "jpeg": jpeg,
    "png": png,
    "webp": webp,
    "avif": avif,
    "tiff": tiff,
    "gif": gif,
    "heic": HEIC.read_bytes,
}
"""A photo with metadata in each format that allows it."""


def marker_encodings(data: bytes) -> list[str]:
    """Return the encodings in which a file contains `MARKER`: plain, lower case, UTF-16 or deflated."""
    letters = MARKER.decode()
    forms = {
        "plain": MARKER,
        "lower": MARKER.lower(),
        "utf-16-le": letters.encode("utf-16-le"),
        "utf-16-be": letters.encode("utf-16-be"),
    }
    found = [name for name, form in forms.items() if form in data]
    return [*found, "deflated"] if any(MARKER in each for each in _inflated(data)) else found


def metadata_names(photo: bytes) -> set[str]:
    """Return the names of a photo's metadata, which follow each `MARKER`."""
    found = (re.findall(MARKER + rb"-([a-z-]+)", each) for each in (photo, *_inflated(photo)))
    return {name.decode() for names in found for name in names}


def _inflated(data: bytes) -> Iterator[bytes]:
    """Inflate all data that begins like a zlib stream, as far as possible.

    Source: RFC 1950, section 2.2.
    """
    for at, (method, flags) in enumerate(pairwise(data)):
        if method == 0x78 and (method << 8 | flags) % 31 == 0:
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(data[at:], 1_000_000)


def chunk_types(data: bytes) -> set[str]:
    """Return the types of chunks, blocks or extensions of a stored image."""
    if data.startswith(b"\x89PNG"):
        return set(_png_chunk_types(data))
    if data.startswith(b"GIF89a"):
        return set(_gif_chunk_types(data))
    assert data[:4] == b"RIFF"
    return set(_riff_chunk_types(data[12:]))


def _png_chunk_types(data: bytes) -> Iterator[str]:
    """Return the chunk types of a PNG. Source: PNG specification, third edition, section 5.3."""
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind.decode()
        at += 12 + length


def _gif_chunk_types(data: bytes) -> Iterator[str]:
    """Return the block types of a GIF. Source: GIF89a specification, sections 17 to 27."""
    file = io.BytesIO(data)
    file.seek(10)
    flags = file.read(3)[0]
    file.seek(_table(flags), io.SEEK_CUR)
    while (kind := file.read(1)) != b";":
        if kind == b"!":
            label = file.read(1)[0]
            blocks = b"".join(_blocks(file))
            yield blocks.decode("latin-1") if label == 0xFF else f"extension {label:#x}"
        else:
            assert kind == b",", kind
            file.seek(_table(file.read(9)[8]) + 1, io.SEEK_CUR)
            list(_blocks(file))
            yield "picture"
    assert file.read() == b"", "data behind the end"


def _table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(file: io.BytesIO) -> Iterator[bytes]:
    while length := file.read(1)[0]:
        yield file.read(length)


def _riff_chunk_types(data: bytes) -> Iterator[str]:
    """Return the chunk types of a WebP. Source: Google, WebP Container Specification."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind.decode()
        if kind == b"ANMF":
            yield from _riff_chunk_types(data[at + 24 : at + 8 + length])
        at += 8 + length + length % 2
