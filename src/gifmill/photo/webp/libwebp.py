"""Bindings to the libwebp that Pillow loads, for decoding at a fraction of the size.

Pillow decodes each WebP as an animation, onto three canvases of full size: 16 bytes per pixel, and four times
the time. libwebp itself can downscale an image line by line during decoding. libvips can, too, but its result
differs more from the photo, and it does not fit into the package for Lambda: docs/background/benchmarks.md,
"Intake".
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_ubyte, c_uint32, c_void_p
from functools import cache
from importlib import import_module
from typing import NamedTuple

import numpy as np
from PIL import Image

from gifmill.animation import Size

_ABI_VERSION = 0x0209
"""Version of the structures below. libwebp rejects them if its own major version differs. Source:
decode.h."""

_RGB_MODE, _RGBA_MODE = 0, 1
"""Values of `WEBP_CSP_MODE`."""

_LOSSY_FORMAT = 1
"""Value of `WebPBitstreamFeatures.format`."""


class _BitstreamFeatures(Structure):
    _fields_ = (
        ("width", c_int),
        ("height", c_int),
        ("has_alpha", c_int),
        ("has_animation", c_int),
        ("format", c_int),
        ("pad", c_uint32 * 5),
    )


class _RgbaBuffer(Structure):
    _fields_ = (("pixels", POINTER(c_ubyte)), ("stride", c_int), ("size", c_size_t))


class _YuvaBuffer(Structure):
    _fields_ = (("planes", c_void_p * 4), ("strides", c_int * 4), ("sizes", c_size_t * 4))


class _PixelBuffers(ctypes.Union):
    _fields_ = (("rgba", _RgbaBuffer), ("yuva", _YuvaBuffer))


class _DecodedBuffer(Structure):
    _fields_ = (
        ("colours", c_int),
        ("width", c_int),
        ("height", c_int),
        ("is_external_memory", c_int),
        ("pixels", _PixelBuffers),
        ("pad", c_uint32 * 4),
        ("private_memory", c_void_p),
    )


class _DecoderOptions(Structure):
    _fields_ = (
        ("bypass_filtering", c_int),
        ("no_fancy_upsampling", c_int),
        ("use_cropping", c_int),
        ("crop", c_int * 4),
        ("use_scaling", c_int),
        ("scaled_width", c_int),
        ("scaled_height", c_int),
        ("use_threads", c_int),
        ("dithering_strength", c_int),
        ("flip", c_int),
        ("alpha_dithering_strength", c_int),
        ("pad", c_uint32 * 5),
    )


class _DecoderConfig(Structure):
    _fields_ = (("input", _BitstreamFeatures), ("output", _DecodedBuffer), ("options", _DecoderOptions))


class WebpPicture(NamedTuple):
    """One image of a WebP: the only one, or the first frame.

    Attributes:
        data: bitstream and alpha, with or without the container.
        size: in pixels.
        has_alpha: RGBA if true, else RGB.
        is_lossy: coded as luminance and chroma.
    """

    data: bytes
    size: Size
    has_alpha: bool
    is_lossy: bool

    @property
    def can_downscale(self) -> bool:
        """Whether it can be downscaled during decoding.

        Lossy images with alpha cannot: libwebp would average hidden colours, which then bleed.
        """
        return not (self.is_lossy and self.has_alpha)


@cache
def _library() -> ctypes.CDLL | None:
    """Return Pillow's libwebp, or None if its functions are missing or have another version."""
    try:
        library = ctypes.CDLL(str(import_module("PIL._webp").__file__))
        features, init = library.WebPGetFeaturesInternal, library.WebPInitDecoderConfigInternal
        decode = library.WebPDecode
    except (AttributeError, OSError):
        return None
    features.argtypes = (c_char_p, c_size_t, POINTER(_BitstreamFeatures), c_int)
    init.argtypes = (POINTER(_DecoderConfig), c_int)
    decode.argtypes = (c_char_p, c_size_t, POINTER(_DecoderConfig))
    return library if init(byref(_DecoderConfig()), _ABI_VERSION) else None


def read_picture(bitstream: bytes) -> WebpPicture | None:
    """Read the header of a still file or of one frame; return None if libwebp is not available.

    Raises:
        ValueError: the header is broken.
    """
    library, features = _library(), _BitstreamFeatures()
    if library is None:
        return None
    if library.WebPGetFeaturesInternal(bitstream, len(bitstream), byref(features), _ABI_VERSION):
        raise ValueError("a broken WebP header")
    size = Size(features.width, features.height)
    return WebpPicture(bitstream, size, bool(features.has_alpha), features.format == _LOSSY_FORMAT)


def decode_picture(picture: WebpPicture, size: Size) -> Image.Image:
    """Decode an image at its own size, or at a smaller one if `can_downscale`.

    Raises:
        ValueError: the image is damaged.
    """
    library, config = _library(), _DecoderConfig()
    assert library is not None  # `read_picture` has loaded it
    library.WebPInitDecoderConfigInternal(byref(config), _ABI_VERSION)
    mode = "RGBA" if picture.has_alpha else "RGB"
    pixels = np.empty((size.height, size.width, len(mode)), np.uint8)
    config.options.use_scaling = size != picture.size
    config.options.scaled_width, config.options.scaled_height = size
    config.output.colours = _RGBA_MODE if picture.has_alpha else _RGB_MODE
    config.output.is_external_memory = 1
    config.output.pixels.rgba = _RgbaBuffer(
        pixels.ctypes.data_as(POINTER(c_ubyte)), pixels.strides[0], pixels.nbytes
    )
    if status := library.WebPDecode(picture.data, len(picture.data), byref(config)):
        raise ValueError(f"libwebp's status {status}")
    return Image.fromarray(pixels)
