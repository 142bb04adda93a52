"""Supported image formats: detection by content, and the decoder of each.

File names and declared types can be wrong; decoders depend on the first bytes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.photo.decoder_protocol import Decoder


@dataclass(frozen=True, slots=True)
class Format:
    """A supported image format.

    Attributes:
        name: as users know it.
        module: of its decoder, below `gifmill.photo`; imported with the first file of the format.
        matches: returns whether the first bytes of a file are of this format.
    """

    name: str
    module: str
    matches: Callable[[bytes], bool]

    def decoder(self) -> Decoder:
        """Import and return the function that decodes this format."""
        return cast("Decoder", import_module(f"gifmill.photo.{self.module}").decode)


_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_bmp(head: bytes) -> bool:
    """Return whether it is a BMP: two letters prove little, so the header size must be a known one too."""
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES


def _has_brand(brands: set[bytes]) -> Callable[[bytes], bool]:
    """Match ISO media files whose first brand that names a codec is one of these.

    Source: ISO/IEC 14496-12, section 4.3: box size, "ftyp", major brand, version, compatible brands.
    """

    def matches(head: bytes) -> bool:
        if head[4:8] != b"ftyp":
            return False
        end = min(int.from_bytes(head[:4]), len(head))
        named = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
        return next((brand in brands for brand in named if brand in _AVIF_BRANDS | _HEIC_BRANDS), False)

    return matches


FORMATS: tuple[Format, ...] = (
    Format("JPEG", "jpeg.decoder", _starts(b"\xff\xd8\xff")),
    Format("PNG", "png.decoder", _starts(b"\x89PNG\r\n\x1a\n")),
    Format("WebP", "webp.decoder", _is_webp),
    Format("AVIF", "heif.avif_decoder", _has_brand(_AVIF_BRANDS)),
    Format("HEIC", "heif.heic_decoder", _has_brand(_HEIC_BRANDS)),
    Format("GIF", "gif.decoder", _starts(b"GIF87a", b"GIF89a")),
    Format("TIFF", "tiff.decoder", _starts(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")),
    Format("BMP", "bmp.decoder", _is_bmp),
)

_HEAD_BYTES = 256


def sniff(data: bytes) -> Format | None:
    """Return the format of a file by its magic number, or None."""
    head = data[:_HEAD_BYTES]
    return next((known for known in FORMATS if known.matches(head)), None)
