"""Arrays that are no frame of 8 x 6 px, for tests of every function that takes frames."""

from __future__ import annotations

import numpy as np
import pytest
from tests.gif.frames import random_pixels

_ARRAYS = [
    random_pixels(8, 6).astype(np.int16),
    random_pixels(8, 6).astype(np.float32),
    random_pixels(8, 6)[..., :2],
    random_pixels(8, 6)[..., 0],
    random_pixels(8, 6)[None],
    random_pixels(7, 6),
    random_pixels(6, 8),
]
WRONG_FRAMES = pytest.mark.parametrize("wrong", _ARRAYS, ids=lambda each: f"{each.dtype}{each.shape}")
