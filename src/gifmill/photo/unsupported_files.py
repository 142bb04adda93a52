"""Identification of files in unsupported formats, for error messages that name the format and give advice.

`gifmill.photo.opening` imports this only after `gifmill.photo.formats.sniff` has returned None.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gifmill.photo.formats import FORMATS


class FileType(NamedTuple):
    """A file type that is recognised but not supported.

    Attributes:
        name: with its article.
        advice: one or two sentences for the user.
        pattern: a regular expression for the first bytes, in which `.` is any byte.
    """

    name: str
    advice: str
    pattern: bytes


_EXPORT = "Export it as a PNG or JPEG and use that."
_EXPORT_PAGE = "Export the page as a PNG or JPEG and use that."
_DEVELOP = "Export it as a JPEG and use that."
_FRAME = "Save one frame as a PNG or JPEG and use that."
_DOWNLOAD = "Download the photo itself and use that."
_SERVER_ERROR = f"It may be a server's error message. {_DOWNLOAD}"
_UNPACK = "Unpack it and use a photo from it."
_EXTRACT = "Save the photo from it as a PNG or JPEG and use that."
_DECODE = "Decode it and use the decoded bytes."
_FOLLOW = "Use the file that it points to."
_OTHER = "Use a photo, for example a JPEG or PNG."

_PROLOGUE = rb"(?i)(?:\s++|(?><\?xml.*?\?>)|(?><!--.*?-->)|<!doctype (?!html)[^<>\[]*+(?>\[.*?\]\s*)?>)*+"
"""What may precede the root element of XML. It does not backtrack: its time is linear in the bytes.

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

FILE_TYPES: tuple[FileType, ...] = (
    # Pictures
    FileType("a JPEG XL image", _EXPORT, rb"\xff\x0a|\x00{3}\x0cJXL \r\n\x87\n"),
    FileType("a JPEG 2000 image", _EXPORT, rb"\xff\x4f\xff\x51|\x00{3}\x0cjP  \r\n\x87\n"),
    FileType("a JPEG XR image", _EXPORT, rb"II\xbc[\x00\x01]"),
    FileType("an SVG drawing", _EXPORT, _PROLOGUE + rb"<(?:[a-z]+:)?svg[\s/>]"),
    FileType("a PDF", _EXPORT_PAGE, rb"%PDF-"),
    FileType("an EPS or PostScript file", _EXPORT_PAGE, rb"%!PS|\xc5\xd0\xd3\xc6"),
    FileType("a Photoshop file (PSD)", _EXPORT, rb"8BPS\x00"),
    FileType("a GIMP file (XCF)", _EXPORT, rb"gimp xcf "),
    FileType("a Windows icon (ICO)", _EXPORT, rb"\x00\x00\x01\x00[^\x00]\x00..."),
    FileType("a Windows cursor (CUR)", _EXPORT, rb"\x00\x00\x02\x00[^\x00]\x00...\x00"),
    FileType("a macOS icon (ICNS)", _EXPORT, rb"icns\x00"),
    FileType("an OpenEXR image", _EXPORT, rb"\x76\x2f\x31\x01"),
    FileType("a Radiance HDR image", _EXPORT, rb"#\?(?:RADIANCE|RGBE)"),
    FileType("a Netpbm image", _EXPORT, rb"P[1-6]\s+(?:#|\d)|P7\nWIDTH|P[Ff]\n\d"),
    FileType("a DICOM scan", _EXPORT, rb".{128}DICM"),
    # Camera raw that does not begin as TIFF
    FileType("a Fujifilm raw file (RAF)", _DEVELOP, rb"FUJIFILMCCD-RAW"),
    FileType("a Canon raw file (CR3)", _DEVELOP, rb".{4}ftypcrx "),
    FileType("a Canon raw file (CRW)", _DEVELOP, rb"II.{4}HEAPCCDR"),
    FileType("an Olympus raw file (ORF)", _DEVELOP, rb"IIR[OS]\x08\x00|MMOR\x00\x08"),
    FileType("a Panasonic or Leica raw file (RW2)", _DEVELOP, rb"IIU\x00"),
    FileType("a Sigma raw file (X3F)", _DEVELOP, rb"FOVb"),
    FileType("a Minolta raw file (MRW)", _DEVELOP, rb"\x00MRM"),
    # Media in ISO files, by their major brand: ISO/IEC 14496-12, section 4.3
    FileType(
        "a HEIF file that is neither HEIC nor AVIF",
        _EXPORT,
        rb".{4}ftyp(?:mif[12]|msf1|miaf|jpeg|jpgs|avc[is]|vvi[cs]|j2k[is])",
    ),
    FileType("an M4A audio file", _OTHER, rb".{4}ftyp(?:M4[ABP]|F4A)"),
    FileType("a QuickTime video (MOV)", _FRAME, rb".{4}ftypqt|[\x00-\x1f].{3}(?:moov|mdat|wide)"),
    FileType("a 3GP video", _FRAME, rb".{4}ftyp3g"),
    FileType("an MP4 video", _FRAME, rb".{4}ftyp"),
    # Other video
    FileType("a WebM or Matroska video", _FRAME, rb"\x1a\x45\xdf\xa3"),
    FileType("an AVI video", _FRAME, rb"RIFF.{4}AVI "),
    FileType("an MPEG video", _FRAME, rb"\x00\x00\x01[\xba\xb3]|(?:G.{187}){3}G|(?:.{4}G.{187}){3}.{4}G"),
    FileType("a Flash video (FLV)", _FRAME, rb"FLV\x01"),
    FileType("a Windows Media file", _FRAME, rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    FileType("an Ogg video", _FRAME, rb"OggS.{24}\x80theora"),
    # Audio
    FileType("an Ogg audio file", _OTHER, rb"OggS\x00"),
    FileType("an MP3 audio file", _OTHER, rb"ID3[\x02-\x04]|\xff[\xfa\xfb\xf2\xf3]"),
    FileType("a WAV audio file", _OTHER, rb"RIFF.{4}WAVE"),
    FileType("a FLAC audio file", _OTHER, rb"fLaC[\x00\x80]"),
    # Documents, archives and programs
    FileType(
        "an Office document",
        _EXTRACT,
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf"
        rb"|PK\x03\x04.*?(?:\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis)",
    ),
    FileType("a ZIP archive", _UNPACK, rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
    FileType("a gzip archive", _UNPACK, rb"\x1f\x8b\x08"),
    FileType("a RAR archive", _UNPACK, rb"Rar!\x1a\x07"),
    FileType("a 7z archive", _UNPACK, rb"7z\xbc\xaf\x27\x1c"),
    FileType("a TAR archive", _UNPACK, rb".{257}ustar"),
    FileType("a program", _OTHER, rb"MZ.{62,}?PE\x00\x00|\x7fELF|\xcf\xfa\xed\xfe"),
    FileType("a Windows shortcut (LNK)", _FOLLOW, rb"L\x00\x00\x00\x01\x14\x02\x00"),
    FileType(
        "a macOS metadata file",
        'Use the file of the same name without "._".',
        rb"\x00\x05\x16\x07",
    ),
    # Text
    FileType("an internet shortcut (URL)", _FOLLOW, rb"(?i)\[InternetShortcut\]"),
    FileType("a script", _OTHER, rb"(?i)#!|<\?(?:php|=)"),
    FileType(
        "a Git LFS pointer",
        'Run "git lfs pull" to download the photo and use that.',
        rb"version https://git-lfs\.github\.com/spec/",
    ),
    FileType("an image in base64 text", _DECODE, _BASE64_PHOTO),
    FileType(
        "a web page (HTML)",
        _DOWNLOAD,
        _PROLOGUE + rb"<(?:!doctype html|(?:html|head|body|title|meta|script|style|div|p|h\d|center)[\s>])",
    ),
    FileType("an XML file", _SERVER_ERROR, rb"<\?xml\s|<[A-Za-z][\w:.-]*+(?:\s+[\w:.-]+=|\s*/?>)"),
    FileType("a JSON file", _SERVER_ERROR, rb"""(?:\{\s*["}]|\[\s*[{\["])[^\x00-\x08\x0e-\x1f]*+\Z"""),
    # UTF-8 without control characters. Fewer than 16 characters may be text by chance.
    FileType(
        "a text file", _OTHER, rb"(?:[\t\n\f\r\x1b -~]|[\xc2-\xf4][\x80-\xbf]{1,3}){16,}+[\xc2-\xf4]?\Z"
    ),
)
"""In order of precedence: the first match wins.

Source: the specification of each format; https://en.wikipedia.org/wiki/List_of_file_signatures.
"""

_HEAD_BYTES = 4_096


def identify(data: bytes) -> FileType | None:
    """Return the type of a file by its first 4,096 bytes, or None.

    A byte order mark and leading white space are skipped.
    """
    head = _normalise_text(data[:_HEAD_BYTES])
    return next((kind for kind in FILE_TYPES if re.match(kind.pattern, head, re.DOTALL)), None)


def refusal_message(data: bytes) -> str:
    """Return the error message for a file in an unsupported format: its type, if known, and advice."""
    kind = identify(data)
    if kind:
        return f"This is {kind.name}. {kind.advice}"
    problem = "This file is not an image that gifmill reads." if data else "This file is empty."
    *others, last = (each.name for each in FORMATS)
    return f"{problem} Use a {', '.join(others)} or {last}."


def _normalise_text(head: bytes) -> bytes:
    """Strip a byte order mark and leading white space; convert UTF-16 with a mark to UTF-8."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()
