"""Decoding of TIFF samples that Pillow cannot read or reads wrongly, to a downscaled 8-bit image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Size
from gifmill.photo.resize import STRIP_PX, downscale_strips, fit_within, rows_per_strip
from gifmill.photo.tiff.sample_layout import CIELAB, CMYK, FLOAT, ICCLAB, RGB, SIGNED
from gifmill.photo.tiff.sample_scaling import find_scale, scale_colours, scale_lab, scale_opacity
from gifmill.photo.tiff.strips_and_tiles import check_sample_bytes, read_plane_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from gifmill.photo.tiff.directory import Directory
    from gifmill.photo.tiff.sample_layout import SampleLayout
    from gifmill.photo.tiff.sample_scaling import Scale
    from gifmill.settings import Settings

    type Bytes = NDArray[np.uint8]
    type Samples = NDArray[np.generic]

_ALPHA_MODES = {("L", False): "LA", ("L", True): "La", ("RGB", False): "RGBA", ("RGB", True): "RGBa"}
"""Pillow mode with alpha, by the mode without it and whether colours are premultiplied."""


def decode_samples(
    page: Directory, layout: SampleLayout, max_side_px: int, settings: Settings
) -> Image.Image:
    """Decode and downscale an image of a TIFF.

    Args:
        page: the directory of the image.
        layout: of the image.
        max_side_px: maximum for the longest side of the result.
        settings: the limits.

    Returns:
        An image in a mode whose pixels can be averaged.

    Raises:
        TooManyPixels: its samples have more bytes than the limit.
        ValueError, OSError: it is broken.
    """
    check_sample_bytes(layout, settings)
    whole = Size(layout.width, layout.height)
    size = fit_within(whole, max_side_px)
    rows = rows_per_strip(whole, size, max(1, STRIP_PX // layout.width))
    scale = find_scale(
        page, layout, (band[..., : layout.colours] for band in _read_bands(page, layout, rows))
    )
    strips = (_to_image(band, layout, scale) for band in _regroup_rows(_read_bands(page, layout, rows), rows))
    return downscale_strips(strips, whole, size)


def _read_bands(page: Directory, layout: SampleLayout, at_once: int) -> Iterator[Samples]:
    """Yield the samples in use, some rows at a time: shape (rows, width, samples)."""
    order = page.order
    if layout.planes == 1:
        for parts in read_plane_rows(page, layout, 0, at_once):
            samples = _join_tiles(_decode_bytes(parts, layout, order), layout)
            is_all = len(layout.used) == layout.samples
            yield samples if is_all else samples.take(layout.used, axis=2)
        return
    planes = (read_plane_rows(page, layout, plane, at_once) for plane in layout.used)
    for each in zip(*planes, strict=True):
        yield np.concatenate(
            [_join_tiles(_decode_bytes(parts, layout, order), layout) for parts in each], axis=2
        )


def _join_tiles(samples: Samples, layout: SampleLayout) -> Samples:
    """Join adjacent tiles, shape (tiles, rows, width, samples), to rows of the image, cropped at its edge."""
    if len(samples) == 1:
        return samples[0, :, : layout.width]
    rows, count = samples.shape[1], samples.shape[3]
    return samples.swapaxes(0, 1).reshape(rows, -1, count)[:, : layout.width]


def _decode_bytes(parts: Bytes, layout: SampleLayout, order: str) -> Samples:
    """Decode bytes to samples, shape (tiles, rows, width, samples), and undo the predictor.

    Source: TIFF 6.0, section 14; TIFF Technical Note 3 (bytes of floats are in planes, the most significant
    first).
    """
    shape = (*parts.shape[:2], layout.part_width, layout.samples)
    if layout.bits % 8:
        return _unpack_bits(parts, layout.bits, shape)
    bytes_each = layout.bits // 8
    if layout.predictor == 3:
        bytewise = parts.reshape(*parts.shape[:2], -1, layout.samples).cumsum(axis=2, dtype=np.uint8)
        planes = bytewise.reshape(*parts.shape[:2], bytes_each, -1).swapaxes(2, 3)
        parts, order = np.ascontiguousarray(planes).reshape(parts.shape), ">"
    unsigned = np.ascontiguousarray(parts).view(f"{order}u{bytes_each}").astype(f"=u{bytes_each}", copy=False)
    unsigned = unsigned.reshape(shape)
    if layout.predictor == 2:
        unsigned = unsigned.cumsum(axis=2, dtype=unsigned.dtype)
    letter = {SIGNED: "i", FLOAT: "f"}.get(layout.kind, "u")
    return unsigned.view(f"={letter}{bytes_each}")


def _unpack_bits(parts: Bytes, bits: int, shape: tuple[int, ...]) -> Samples:
    """Unpack samples that do not fill whole bytes, most significant bit first."""
    number = shape[2] * shape[3]
    each = np.unpackbits(parts, axis=2, count=number * bits).reshape(*shape, bits)
    values = np.zeros(shape, np.uint16 if bits <= 16 else np.uint32)
    for bit in range(bits):
        values = values << 1 | each[..., bit]
    return values


def _regroup_rows(bands: Iterable[Samples], rows: int) -> Iterator[Samples]:
    """Regroup samples into bands of `rows` rows; the last band has the rest."""
    waiting: list[Samples] = []
    missing = rows
    for band in bands:
        rest = band
        while len(rest):
            waiting.append(rest[:missing])
            rest = rest[missing:]
            missing -= len(waiting[-1])
            if not missing:
                yield np.concatenate(waiting)
                waiting, missing = [], rows
    if waiting:
        yield np.concatenate(waiting)


def _to_image(band: Samples, layout: SampleLayout, scale: Scale) -> Image.Image:
    """Convert a band of samples to an 8-bit image for `downscale_strips`."""
    size = (band.shape[1], band.shape[0])
    if layout.photometric in {CIELAB, ICCLAB}:
        lab = scale_lab(band[..., :3], layout)
        return _add_alpha(Image.frombytes("LAB", size, lab.tobytes()).convert("RGB"), band, layout)
    levels = scale_colours(band[..., : layout.colours], layout, scale)
    if layout.photometric == CMYK:
        if layout.alpha is not None and not layout.is_associated:  # less ink shows more of the white paper
            opacity = scale_opacity(band[..., -1:], layout).astype(np.uint16)
            levels = ((levels * opacity + 127) // 255).astype(np.uint8)
        return Image.frombytes("CMYK", size, levels.tobytes())
    mode = "RGB" if layout.photometric == RGB else "L"
    return _add_alpha(Image.frombytes(mode, size, levels.tobytes()), band, layout)


def _add_alpha(image: Image.Image, band: Samples, layout: SampleLayout) -> Image.Image:
    if layout.alpha is None:
        return image
    opacity = scale_opacity(band[..., -1:], layout)
    mode = _ALPHA_MODES[image.mode, layout.is_associated]
    return Image.frombytes(mode, image.size, np.dstack([np.asarray(image), opacity]).tobytes())
