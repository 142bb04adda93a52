from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from bench.benchmark_photos import FOLDER
from bench.synthetic_photos import DRAWINGS, SIZE


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_agrees_with_the_stored_photo(name: str) -> None:
    with Image.open(FOLDER / "judges" / name) as kept:
        drawn = DRAWINGS[name]()
        assert drawn.size == kept.size == SIZE
        difference = np.asarray(drawn, int) - np.asarray(kept.convert("RGB"), int)
    assert np.abs(difference).mean() < 6  # JPEG, and another release of the font
