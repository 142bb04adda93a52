from __future__ import annotations

import numpy as np
import pytest
from tests.hostile.heic_builder import box, heic

from gifmill.errors import UnsupportedPhoto
from gifmill.photo import open_photo


def test_the_error_for_a_sequence_without_a_still_photo_names_it() -> None:
    data = box(b"ftyp", b"msf1", bytes(4), b"msf1hevc") + box(b"moov", bytes(100)) + box(b"mdat", bytes(50))

    with pytest.raises(UnsupportedPhoto, match="an image sequence but no still photo"):
        open_photo(data)


@pytest.mark.parametrize("max_side_px", [512, 100])
def test_the_auxiliary_image_of_a_heic_is_its_alpha(max_side_px: int) -> None:
    opaque = open_photo(heic(512, 512), max_side_px=max_side_px)
    photo = open_photo(heic(512, 512, has_alpha=True), max_side_px=max_side_px)

    lightness = np.asarray(opaque.to_pil().convert("L"))
    visible = photo.pixels[..., 3] > 128
    assert not opaque.has_alpha
    assert abs(photo.pixels[..., 3].astype(int) - lightness).mean() < 4
    assert abs(photo.pixels[visible, :3].astype(int) - opaque.pixels[visible]).mean() < 3
