from __future__ import annotations

import pytest
from tests.hostile.avif_builder import avif
from tests.hostile.file_builders import quadrants

from gifmill.errors import TooManyPixels
from gifmill.photo import open_photo


def test_a_photo_over_the_limit_of_libavif_has_too_many_pixels() -> None:
    data = avif(quadrants())
    size = data.index(b"ispe") + 8
    huge = data[:size] + (40_000).to_bytes(4) + (30_000).to_bytes(4) + data[size + 8 :]

    with pytest.raises(TooManyPixels, match=r"40,000 x 30,000 px; the limit is 100 megapixels"):
        open_photo(huge)
