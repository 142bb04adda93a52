"""Sample layout of a TIFF, and whether Pillow reads it correctly.

Source: TIFF 6.0, part 1 (baseline), sections 14 (predictor), 15 (tiles), 16 (CMYK), 18 (extra samples), 19
(sample format) and 23 (CIELab); TIFF Technical Note 3 (floating point, predictor 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from gifmill.errors import UnsupportedPhoto
from gifmill.photo.tiff.directory import (
    BITS,
    CHROMA_SAMPLING,
    COMPRESSION,
    EXTRA_SAMPLES,
    FILL_ORDER,
    LENGTH,
    PHOTOMETRIC,
    PLANAR,
    PREDICTOR,
    ROWS_PER_STRIP,
    SAMPLE_FORMAT,
    SAMPLES,
    TILE_LENGTH,
    TILE_OFFSETS,
    TILE_WIDTH,
    WIDTH,
)

if TYPE_CHECKING:
    from gifmill.photo.tiff.directory import Directory

MIN_IS_WHITE, MIN_IS_BLACK, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
ASSOCIATED, UNASSOCIATED = 1, 2
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
NO_COMPRESSION = 1

_COLOURS = {MIN_IS_WHITE: 1, MIN_IS_BLACK: 1, RGB: 3, CMYK: 4, CIELAB: 3, ICCLAB: 3}
"""Number of colour samples of a pixel."""

_UNDEFINED = 4
_PILLOW_BITS = {1, 2, 4, 8}
_WHOLE_BYTES = {8, 16, 32, 64}
_FLOAT_BITS = {16, 32, 64}
_MAX_BITS = 32
"""Of a sample that does not fill whole bytes."""

_LOSSLESS = {NO_COMPRESSION, 5, 8, 32773, 32946, 34925, 50000}
"""None, LZW, Deflate, PackBits, the old Deflate, LZMA and Zstandard: these keep samples unchanged."""

_JPEG = {6, 7}
_KNOWN_TO_PILLOW = _LOSSLESS | _JPEG | {2, 3, 4, 32809}
"""The above, JPEG, fax and ThunderScan."""

_UNKNOWN_TO_PILLOW = b"MM\x00+"
"""A big-endian BigTIFF: Pillow 13 takes it for a TIFF."""

_READ_BY_PILLOW = {
    (MIN_IS_WHITE, ()), (MIN_IS_BLACK, ()), (MIN_IS_BLACK, (0,)), (MIN_IS_BLACK, (1,)), (MIN_IS_BLACK, (2,)),
    (PALETTE, ()), (PALETTE, (0,)), (PALETTE, (2,)), (RGB, ()), (RGB, (0,)), (RGB, (0, 0)), (RGB, (1,)),
    (RGB, (1, 0)), (RGB, (2,)), (RGB, (2, 0)), (RGB, (999,)), (CMYK, ()), (CMYK, (0,)), (YCBCR, ()),
    (CIELAB, ()),
}  # fmt: skip
"""Photometric interpretations with extra samples that Pillow 13 reads at 8 bits."""

_COMPRESSIONS = {
    6: "JPEG", 7: "JPEG", 22610: "JPEG XR", 32771: "padded", 32908: "Pixar", 32909: "Pixar Deflate",
    33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "LogLuv",
    34677: "LogLuv", 34712: "JPEG 2000", 34715: "JBIG2", 34887: "LERC", 34892: "lossy JPEG", 34933: "PNG",
    34934: "JPEG XR", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleLayout:
    """The layout of samples in a TIFF.

    Attributes:
        width, height: of the image in pixels.
        photometric: the photometric interpretation.
        compression: the number of the tag.
        fill_order: 2 where the lowest bit of a byte comes first.
        predictor: 1 for none, 2 for differences, 3 for differences of floats.
        bits: per sample.
        kind: UNSIGNED, SIGNED or FLOAT.
        samples: of a pixel in one strip or tile.
        planes: 1, or the number of samples where each has its own plane.
        colours: number of colour samples, which come first.
        alpha: index of the opacity sample, or None.
        is_associated: whether colours are premultiplied with it.
        part_width, part_rows: of a strip or tile in pixels; the last strip may have fewer rows.
        across, down: number of strips or tiles in a plane.
        is_tiled: whether the parts are tiles, which all have the same size, also at the edges.
    """

    width: int
    height: int
    photometric: int
    compression: int
    fill_order: int
    predictor: int
    bits: int
    kind: int
    samples: int
    planes: int
    colours: int
    alpha: int | None
    is_associated: bool
    part_width: int
    part_rows: int
    across: int
    down: int
    is_tiled: bool

    @property
    def row_bytes(self) -> int:
        """The length of a row of a strip or tile, in bytes."""
        return (self.part_width * self.samples * self.bits + 7) // 8

    @property
    def used(self) -> tuple[int, ...]:
        """The indices of the samples in use: colour, then opacity."""
        return (*range(self.colours), *([] if self.alpha is None else [self.alpha]))


def read_layout(page: Directory) -> SampleLayout | None:
    """Read the sample layout; return None for images that Pillow reads correctly.

    Raises:
        UnsupportedPhoto: gifmill cannot read it, either.
        ValueError: the directory contradicts itself.
    """
    compression = page.integer(COMPRESSION, 1)
    if compression not in _KNOWN_TO_PILLOW:
        raise _unsupported(f"{_COMPRESSIONS.get(compression, f'compression {compression}')} compression")
    # Without the tag libtiff assumes grey or RGB, by the number of samples; Pillow assumes that 0 is white.
    assumed = RGB if page.integer(SAMPLES, 1) > 2 else MIN_IS_BLACK
    photometric = page.integer(PHOTOMETRIC, assumed)
    if compression in _JPEG and SAMPLES not in page.entries:
        return None
    samples = page.integer(SAMPLES, 1)
    if samples < 1:
        raise ValueError("pixels without samples")
    bits = (page.integers(BITS) or (1,))[:samples]
    extras = page.integers(EXTRA_SAMPLES)[:samples]
    kinds = {UNSIGNED if kind == _UNDEFINED else kind for kind in page.integers(SAMPLE_FORMAT) or (UNSIGNED,)}
    if len(set(bits)) > 1 or len(kinds) > 1:
        raise _unsupported(f"samples of {' and '.join(map(str, bits))} bits")
    if kinds == {UNSIGNED} and _is_read_by_pillow(page, bits[0], samples, photometric, extras):
        return None
    _check_readable(compression, photometric, bits[0], kinds, page.integer(PREDICTOR, 1))
    return _build_layout(page, photometric, samples, bits[0], min(kinds), extras)


def _is_read_by_pillow(
    page: Directory, bits: int, samples: int, photometric: int, extras: tuple[int, ...]
) -> bool:
    is_jpeg = page.integer(COMPRESSION, 1) in _JPEG
    if page.data.startswith(_UNKNOWN_TO_PILLOW):
        return False
    if PHOTOMETRIC not in page.entries and bits > 1 and not is_jpeg:
        return False
    if samples == 1 and bits in _PILLOW_BITS and photometric in {MIN_IS_WHITE, MIN_IS_BLACK, PALETTE}:
        return not extras
    if bits != 8 or (page.integer(PLANAR, 1) == 2 and not is_jpeg and photometric != YCBCR):
        return False
    if photometric == YCBCR and page.integer(COMPRESSION, 1) == NO_COMPRESSION:
        _check_sampling(page)
    if photometric == YCBCR or is_jpeg:
        return not extras or (photometric, extras) in _READ_BY_PILLOW
    is_whole = samples == _COLOURS.get(photometric, 1) + len(extras)
    return (photometric, extras) in _READ_BY_PILLOW and is_whole


def _check_sampling(page: Directory) -> None:
    """Reject chroma subsampling in files that Pillow does not pass to libtiff."""
    if set(page.integers(CHROMA_SAMPLING)) - {1}:
        raise _unsupported("YCbCr with subsampled colours, without compression")


def _check_readable(compression: int, photometric: int, bits: int, kinds: set[int], predictor: int) -> None:
    if photometric not in _COLOURS:
        raise _unsupported(f"colours of kind {photometric} in {bits} bits")
    if compression not in _LOSSLESS:
        raise _unsupported(f"{_COMPRESSIONS.get(compression, 'fax')} compression of {bits} bits")
    if not kinds <= {UNSIGNED, SIGNED, FLOAT}:
        raise _unsupported("complex numbers")
    is_odd = bits not in _WHOLE_BYTES
    if (kinds == {FLOAT} and bits not in _FLOAT_BITS) or (kinds == {SIGNED} and is_odd):
        raise _unsupported(f"floats or signed numbers of {bits} bits")
    if is_odd and (bits > _MAX_BITS or not bits % 8):
        raise _unsupported(f"samples of {bits} bits")
    if photometric in {CIELAB, ICCLAB} and (bits not in {8, 16} or FLOAT in kinds):
        raise _unsupported(f"CIELab in {bits} bits")
    if predictor not in {1, 2, 3} or (predictor == 2 and bits not in _WHOLE_BYTES):
        raise _unsupported(f"predictor {predictor} of {bits} bits")
    if predictor == 3 and kinds != {FLOAT}:
        raise ValueError("a predictor for floats, but no floats")


def _build_layout(
    page: Directory, photometric: int, samples: int, bits: int, kind: int, extras: tuple[int, ...]
) -> SampleLayout:
    width, height, colours = page.integer(WIDTH), page.integer(LENGTH), _COLOURS[photometric]
    if samples < colours or bits < 1:
        raise ValueError(f"{samples} samples of {bits} bits for {colours} colours")
    is_tiled, is_planar = TILE_OFFSETS in page.entries, page.integer(PLANAR, 1) == 2
    part_width = page.integer(TILE_WIDTH) if is_tiled else width
    part_rows = page.integer(TILE_LENGTH) if is_tiled else min(page.integer(ROWS_PER_STRIP, height), height)
    if part_width < 1 or part_rows < 1:
        raise ValueError("parts without pixels")
    alpha = _alpha_index(extras, photometric, samples)
    return SampleLayout(
        width=width,
        height=height,
        photometric=photometric,
        compression=page.integer(COMPRESSION, 1),
        fill_order=page.integer(FILL_ORDER, 1),
        predictor=page.integer(PREDICTOR, 1),
        bits=bits,
        kind=kind,
        samples=1 if is_planar else samples,
        planes=samples if is_planar else 1,
        colours=colours,
        alpha=alpha,
        is_associated=alpha is not None and ASSOCIATED in extras,
        part_width=part_width,
        part_rows=part_rows,
        across=ceil(width / part_width),
        down=ceil(height / part_rows),
        is_tiled=is_tiled,
    )


def _alpha_index(extras: tuple[int, ...], photometric: int, samples: int) -> int | None:
    """Return the index of the opacity sample; an undeclared fourth sample of RGB is opacity."""
    if photometric == RGB and not extras and samples == 4:
        return 3
    kind = next((extra for extra in extras if extra in {ASSOCIATED, UNASSOCIATED}), None)
    return None if kind is None else samples - len(extras) + extras.index(kind)


def _unsupported(variant: str) -> UnsupportedPhoto:
    return UnsupportedPhoto(f"This kind of TIFF is not supported ({variant}). Save it as a PNG.")
