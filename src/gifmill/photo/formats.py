"""Which image format some bytes are of, by their content alone, and the decoder that reads it.

Names and declared types lie; the first bytes are what decoders go by.
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
    """An image format that we read.

    Attributes:
        name: as people write it.
        module: below `gifmill.photo`, imported when a file of the format arrives.
        matches: whether a file begins like one of this format.
    """

    name: str
    module: str
    matches: Callable[[bytes], bool]

    def decoder(self) -> Decoder:
        """The function that decodes a file of this format."""
        return cast("Decoder", import_module(f"gifmill.photo.{self.module}").decode)


_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_bmp(head: bytes) -> bool:
    """Two letters are little to go by: the size of the header that follows must be one of those in use."""
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES


def _has_brand(brands: set[bytes]) -> Callable[[bytes], bool]:
    """For the ISO media formats: whether the first brand that names a codec is one of these.

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
    """The format whose magic numbers the bytes begin with, if any."""
    head = data[:_HEAD_BYTES]
    return next((known for known in FORMATS if known.matches(head)), None)
