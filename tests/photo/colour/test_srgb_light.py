"""Tables between the levels of sRGB and linear light."""

from __future__ import annotations

import numpy as np
import pytest

from gifmill.photo.colour.srgb_light import LIGHT_STEPS, encoded_light, linear_light


def test_each_level_survives_linear_light() -> None:
    steps = np.rint(linear_light() * LIGHT_STEPS).astype(int)
    assert encoded_light()[steps].tolist() == list(range(256))


def test_half_of_the_light_has_level_188() -> None:
    assert encoded_light()[LIGHT_STEPS // 2] == 188


def test_shared_tables_are_read_only() -> None:
    for table in (linear_light(), encoded_light()):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 1
