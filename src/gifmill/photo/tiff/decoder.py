"""Decoder of TIFF and BigTIFF, and of the previews in TIFF-based camera raw files.

It uses Pillow's libtiff: from a cold start libvips takes more time and memory, 23 ms of it for the import,
and it does not fit into the package for Lambda (docs/background/benchmarks.md, "Intake").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.TiffImagePlugin import TiffImageFile

from gifmill.animation import Size
from gifmill.errors import UnsupportedPhoto
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.jpeg import decoder as jpeg_decoder
from gifmill.photo.limits import check_pixels
from gifmill.photo.pillow_plugins import decode_with_plugin, open_with_plugin
from gifmill.photo.tiff.camera_raw import is_camera_raw, largest_preview
from gifmill.photo.tiff.directory import (
    ICC_PROFILE,
    LENGTH,
    ORIENTATION,
    TILE_LENGTH,
    TILE_WIDTH,
    WIDTH,
    main_page,
    read_directories,
)
from gifmill.photo.tiff.libtiff_messages import suppress_messages
from gifmill.photo.tiff.sample_decoder import decode_samples
from gifmill.photo.tiff.sample_layout import read_layout

if TYPE_CHECKING:
    from gifmill.photo.tiff.directory import Directory
    from gifmill.settings import Settings

_MIN_PREVIEW_PX = 1_000
"""Minimum longest side of a preview: thumbnails have 160 to 640 px."""


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode a TIFF; see `Decoder`."""
    found = read_directories(data)
    if is_camera_raw(data, found):
        return _decode_preview(data, found, max_side_px, settings)
    page = main_page(found)
    page.check_entries()
    check_pixels(Size(page.integer(WIDTH), page.integer(LENGTH)), settings)
    if TILE_WIDTH in page.entries:  # libtiff allocates a tile whole
        check_pixels(Size(page.integer(TILE_WIDTH), page.integer(TILE_LENGTH)), settings)
    with suppress_messages():
        decoded = _decode_pixels(page, max_side_px, settings)
    pages = (page, found[0])
    profile = next((raw for each in pages if (raw := each.raw(ICC_PROFILE))), None)
    return decoded._replace(colours=profile, orientation=_orientation(*pages))


def _decode_pixels(page: Directory, max_side_px: int, settings: Settings) -> DecodedPhoto:
    layout = read_layout(page)
    if layout is None:
        with open_with_plugin(TiffImageFile, page.as_single_page(), settings) as image:
            return decode_with_plugin(image, max_side_px)
    whole = Size(layout.width, layout.height)
    return DecodedPhoto(decode_samples(page, layout, max_side_px, settings), whole)


def _decode_preview(
    data: bytes, found: list[Directory], max_side_px: int, settings: Settings
) -> DecodedPhoto:
    """Decode the JPEG preview of a camera raw file; raw data is not developed.

    Raises:
        UnsupportedPhoto: it has no preview, or only a thumbnail.
    """
    preview = largest_preview(data, found)
    if preview is None or max(preview.size) < _MIN_PREVIEW_PX:
        raise UnsupportedPhoto(
            "This is a camera raw file without a large preview. Export it as a JPEG and use that."
        )
    decoded = jpeg_decoder.decode(data[preview.start : preview.end], max_side_px, settings)
    return decoded if decoded.orientation else decoded._replace(orientation=_orientation(*found[:1]))


def _orientation(*pages: Directory) -> int | None:
    """Return the orientation of the first directory that has one."""
    return next((value for page in pages if 1 <= (value := page.integer(ORIENTATION)) <= 8), None)
