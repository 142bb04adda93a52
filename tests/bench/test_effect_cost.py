from __future__ import annotations

import numpy as np
import pytest

from bench.effect_cost import default_values
from gifmill.effects import EFFECTS, Effect
from gifmill.photo import Photo


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_every_effect_can_be_measured_with_its_defaults(effect: Effect) -> None:
    photo = Photo(np.zeros((24, 32, 3), np.uint8))
    assert effect.animate(photo, **default_values(effect)).frames
