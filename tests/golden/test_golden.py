"""What was right once stays right. See pin.py for what is pinned, why, and how to pin it anew."""

from __future__ import annotations

import json

import pytest
from tests.golden.pin import PHOTOS, Pinned, golden, measured

from gifmill.effects import PACKS
from gifmill.gif import PRESETS

TOLERANCE = 0.02
"""OpenBLAS for other processors moves no error and no size by more than 0.1 %."""


@pytest.mark.parametrize("effect", PACKS["classic"])
@pytest.mark.parametrize("photo", PHOTOS)
def test_frames_delays_errors_and_bytes_are_as_pinned(photo: str, effect: str) -> None:
    pinned: Pinned = json.loads(golden(photo).read_text())[effect]
    found = measured(photo, effect)
    assert found["frames"] == pinned["frames"]
    assert found["delays_cs"] == pinned["delays_cs"]
    for preset in PRESETS:
        assert found["errors"][preset] == pytest.approx(pinned["errors"][preset], rel=TOLERANCE)
        assert found["bytes"][preset] == pytest.approx(pinned["bytes"][preset], rel=TOLERANCE)


@pytest.mark.parametrize("photo", PHOTOS)
def test_mosaics_of_up_to_256_blocks_are_exact(photo: str) -> None:
    errors = measured(photo, "blur")["errors"]
    for preset in PRESETS:
        assert errors[preset][:5] == [0, 0, 0, 0, 0]
