"""Names for files that are no photo, so that a refusal says what arrived and what to do with it.

`gifmill.photo.photo` imports this after `gifmill.photo.formats.sniff` has found nothing; no photo needs it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gifmill.photo.formats import FORMATS


class Kind(NamedTuple):
    """A kind of file that we know and do not read.

    Attributes:
        name: with its article.
        advice: what to do, in one or two sentences.
        pattern: a regular expression for the first bytes, in which `.` is any byte.
    """

    name: str
    advice: str
    pattern: bytes


_EXPORT = "Export it as a PNG or JPEG, and use that."
_EXPORT_PAGE = "Export the page as a PNG or JPEG, and use that."
_DEVELOP = "Export it as a JPEG, and use that."
_FRAME = "Save one frame as a PNG or JPEG, and use that."
_DOWNLOAD = "Download the photo itself, and use that."
_SERVER_ERROR = f"It may be a server's error message. {_DOWNLOAD}"
_UNPACK = "Unpack it, and use a photo from it."
_EXTRACT = "Save the photo from it as a PNG or JPEG, and use that."
_DECODE = "Decode it, and use the decoded bytes."
_FOLLOW = "Use the file that it points to."
_OTHER = "Use a photo, for example a JPEG or PNG."

_PROLOGUE = rb"(?i)(?:\s++|(?><\?xml.*?\?>)|(?><!--.*?-->)|<!doctype (?!html)[^<>\[]*+(?>\[.*?\]\s*)?>)*+"
"""What may come before the root element of XML. Nothing in it backtracks: its time is linear in the bytes.

Source: Extensible Markup Language 1.0, section 2.8.
"""

_BASE64_PHOTO = (
    rb"""["']?(?:data:image/[^,]{1,80};base64,"""
    rb"|[/_]9j[/_]"  # JPEG
    rb"|iVBORw0KGgo"  # PNG
    rb"|R0lGOD[dl]"  # GIF
    rb"|UklGR.{6}XRUJQ"  # WebP
    rb"|AAAA.[GWm2]Z0eXB(?:hdm|oZW|taWYx|tc2Yx)"  # AVIF and HEIC: the brands avi., hei., mif1 and msf1
    rb"|(?:SUk[qr]A|TU0AK)"  # TIFF
    rb"|Qk[0-3].{5}AAAA)"  # BMP
)
"""Source: RFC 2397 (data URLs); the magic numbers in `gifmill.photo.formats`, encoded as in RFC 4648."""

KINDS: tuple[Kind, ...] = (
    # Pictures
    Kind("a JPEG XL image", _EXPORT, rb"\xff\x0a|\x00{3}\x0cJXL \r\n\x87\n"),
    Kind("a JPEG 2000 image", _EXPORT, rb"\xff\x4f\xff\x51|\x00{3}\x0cjP  \r\n\x87\n"),
    Kind("a JPEG XR image", _EXPORT, rb"II\xbc[\x00\x01]"),
    Kind("an SVG drawing", _EXPORT, _PROLOGUE + rb"<(?:[a-z]+:)?svg[\s/>]"),
    Kind("a PDF", _EXPORT_PAGE, rb"%PDF-"),
    Kind("an EPS or PostScript file", _EXPORT_PAGE, rb"%!PS|\xc5\xd0\xd3\xc6"),
    Kind("a Photoshop file (PSD)", _EXPORT, rb"8BPS\x00"),
    Kind("a GIMP file (XCF)", _EXPORT, rb"gimp xcf "),
    Kind("a Windows icon (ICO)", _EXPORT, rb"\x00\x00\x01\x00[^\x00]\x00..."),
    Kind("a Windows cursor (CUR)", _EXPORT, rb"\x00\x00\x02\x00[^\x00]\x00...\x00"),
    Kind("a macOS icon (ICNS)", _EXPORT, rb"icns\x00"),
    Kind("an OpenEXR image", _EXPORT, rb"\x76\x2f\x31\x01"),
    Kind("a Radiance HDR image", _EXPORT, rb"#\?(?:RADIANCE|RGBE)"),
    Kind("a Netpbm image", _EXPORT, rb"P[1-6]\s+(?:#|\d)|P7\nWIDTH|P[Ff]\n\d"),
    Kind("a DICOM scan", _EXPORT, rb".{128}DICM"),
    # Camera raw that does not begin as TIFF
    Kind("a Fujifilm raw file (RAF)", _DEVELOP, rb"FUJIFILMCCD-RAW"),
    Kind("a Canon raw file (CR3)", _DEVELOP, rb".{4}ftypcrx "),
    Kind("a Canon raw file (CRW)", _DEVELOP, rb"II.{4}HEAPCCDR"),
    Kind("an Olympus raw file (ORF)", _DEVELOP, rb"IIR[OS]\x08\x00|MMOR\x00\x08"),
    Kind("a Panasonic or Leica raw file (RW2)", _DEVELOP, rb"IIU\x00"),
    Kind("a Sigma raw file (X3F)", _DEVELOP, rb"FOVb"),
    Kind("a Minolta raw file (MRW)", _DEVELOP, rb"\x00MRM"),
    # Media in ISO files, by their major brand: ISO/IEC 14496-12, section 4.3
    Kind(
        "a HEIF file that is neither HEIC nor AVIF",
        _EXPORT,
        rb".{4}ftyp(?:mif[12]|msf1|miaf|jpeg|jpgs|avc[is]|vvi[cs]|j2k[is])",
    ),
    Kind("an M4A audio file", _OTHER, rb".{4}ftyp(?:M4[ABP]|F4A)"),
    Kind("a QuickTime video (MOV)", _FRAME, rb".{4}ftypqt|[\x00-\x1f].{3}(?:moov|mdat|wide)"),
    Kind("a 3GP video", _FRAME, rb".{4}ftyp3g"),
    Kind("an MP4 video", _FRAME, rb".{4}ftyp"),
    # Other video
    Kind("a WebM or Matroska video", _FRAME, rb"\x1a\x45\xdf\xa3"),
    Kind("an AVI video", _FRAME, rb"RIFF.{4}AVI "),
    Kind("an MPEG video", _FRAME, rb"\x00\x00\x01[\xba\xb3]|(?:G.{187}){3}G|(?:.{4}G.{187}){3}.{4}G"),
    Kind("a Flash video (FLV)", _FRAME, rb"FLV\x01"),
    Kind("a Windows Media file", _FRAME, rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    Kind("an Ogg video", _FRAME, rb"OggS.{24}\x80theora"),
    # Audio
    Kind("an Ogg audio file", _OTHER, rb"OggS\x00"),
    Kind("an MP3 audio file", _OTHER, rb"ID3[\x02-\x04]|\xff[\xfa\xfb\xf2\xf3]"),
    Kind("a WAV audio file", _OTHER, rb"RIFF.{4}WAVE"),
    Kind("a FLAC audio file", _OTHER, rb"fLaC[\x00\x80]"),
    # Documents, archives and programs
    Kind(
        "an Office document",
        _EXTRACT,
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf"
        rb"|PK\x03\x04.*?(?:\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis)",
    ),
    Kind("a ZIP archive", _UNPACK, rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
    Kind("a gzip archive", _UNPACK, rb"\x1f\x8b\x08"),
    Kind("a RAR archive", _UNPACK, rb"Rar!\x1a\x07"),
    Kind("a 7z archive", _UNPACK, rb"7z\xbc\xaf\x27\x1c"),
    Kind("a TAR archive", _UNPACK, rb".{257}ustar"),
    Kind("a program", _OTHER, rb"MZ.{62,}?PE\x00\x00|\x7fELF|\xcf\xfa\xed\xfe"),
    Kind("a Windows shortcut (LNK)", _FOLLOW, rb"L\x00\x00\x00\x01\x14\x02\x00"),
    Kind(
        "a macOS metadata file",
        'Use the file of the same name without "._".',
        rb"\x00\x05\x16\x07",
    ),
    # Text
    Kind("an internet shortcut (URL)", _FOLLOW, rb"(?i)\[InternetShortcut\]"),
    Kind("a script", _OTHER, rb"(?i)#!|<\?(?:php|=)"),
    Kind(
        "a Git LFS pointer",
        'Run "git lfs pull" to download the photo, and use that.',
        rb"version https://git-lfs\.github\.com/spec/",
    ),
    Kind("an image in base64 text", _DECODE, _BASE64_PHOTO),
    Kind(
        "a web page (HTML)",
        _DOWNLOAD,
        _PROLOGUE + rb"<(?:!doctype html|(?:html|head|body|title|meta|script|style|div|p|h\d|center)[\s>])",
    ),
    Kind("an XML file", _SERVER_ERROR, rb"<\?xml\s|<[A-Za-z][\w:.-]*+(?:\s+[\w:.-]+=|\s*/?>)"),
    Kind("a JSON file", _SERVER_ERROR, rb"""(?:\{\s*["}]|\[\s*[{\["])[^\x00-\x08\x0e-\x1f]*+\Z"""),
    # UTF-8 without control characters. Fewer than 16 characters may be text by chance.
    Kind("a text file", _OTHER, rb"(?:[\t\n\f\r\x1b -~]|[\xc2-\xf4][\x80-\xbf]{1,3}){16,}+[\xc2-\xf4]?\Z"),
)
"""In the order in which they are tried: the first one that matches is taken.

Source: the specification of each format; https://en.wikipedia.org/wiki/List_of_file_signatures.
"""

_HEAD_BYTES = 4_096


def kind_of(data: bytes) -> Kind | None:
    """Return the kind of a file by its first 4,096 bytes, or None where no kind matches.

    A byte order mark and spaces at the start are skipped, as readers of text do.
    """
    head = _text_start(data[:_HEAD_BYTES])
    return next((kind for kind in KINDS if re.match(kind.pattern, head, re.DOTALL)), None)


def refusal(data: bytes) -> str:
    """Return the message for a file that is of none of our formats: what it is, and what to do."""
    kind = kind_of(data)
    if kind:
        return f"This is {kind.name}. {kind.advice}"
    problem = "This is not a photo that we can read." if data else "This file is empty."
    *others, last = (each.name for each in FORMATS)
    return f"{problem} Send a {', '.join(others)} or {last}."


def _text_start(head: bytes) -> bytes:
    """Return the bytes without a byte order mark and spaces in front; UTF-16 with a mark becomes UTF-8."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()
