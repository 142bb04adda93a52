from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tests.hostile.avif_builder import associations, avif, boxes, irot
from tests.hostile.file_builders import corners, quadrants
from tests.hostile.heic_builder import box, full_box

from gifmill.errors import DamagedPhoto
from gifmill.photo import open_photo


def container_of(data: bytes) -> bytes:
    """Return the payload of `ipco`."""
    inner = dict(boxes(dict(boxes(data))[b"meta"][4:]))
    return dict(boxes(inner[b"iprp"]))[b"ipco"]


def translucent() -> Image.Image:
    image = quadrants(64, 48).convert("RGBA")
    image.putalpha(Image.new("L", (64, 48), 255))
    image.paste((0, 0, 0, 0), (24, 0, 40, 48))
    return image


def two_ipma() -> bytes:
    container = box(b"ipco", container_of(avif(translucent())))
    links = associations([(1, [1, 2, 0x83, 4])]), associations([(2, [1, 5, 0x86, 7])])
    return avif(translucent(), replaced={b"iprp": box(b"iprp", container, *links)})


CAVIF = {
    "a name of hdlr without its end": avif(
        translucent(), replaced={b"hdlr": full_box(b"hdlr", 0, bytes(4), b"pict", bytes(12))}
    ),
    "alpha without ispe": avif(translucent(), alpha_drops=[b"ispe"]),
    "alpha without pixi": avif(translucent(), alpha_drops=[b"pixi"]),
    "colours without pixi": avif(translucent(), drop=[b"pixi"]),
    "two ipma": two_ipma(),
    "no colr": avif(translucent(), drop=[b"colr"]),
    "mif1 first": avif(translucent(), brands=b"mif1\0\0\0\0mif1avifmiaf"),
}
"""Boxes as cavif and libheif have written them.

Sources: kornelski/cavif-rs, issue 29; AOMediaCodec/libavif, pull request 745 and issue 635;
link-u/avif-sample-images, issue 4.
"""


@pytest.mark.parametrize("name", CAVIF)
def test_avifs_with_minor_errors_are_read_with_their_alpha(name: str) -> None:
    pixels = open_photo(CAVIF[name]).pixels

    expected = corners(open_photo(avif(translucent())).pixels)
    assert np.abs(np.subtract(corners(pixels), expected)).max() <= 3
    assert pixels[:, 28:36, 3].max() <= 1


def test_an_irot_not_marked_essential_rotates() -> None:
    """ImageMagick has written such files. Source: strukturag/libheif, issue 1496."""
    assert open_photo(avif(quadrants(64, 48), more=[irot(1)])).size == (48, 64)


def test_a_truncated_avif_is_damaged_also_after_repair() -> None:
    with pytest.raises(DamagedPhoto):
        open_photo(CAVIF["alpha without ispe"][:-60])
