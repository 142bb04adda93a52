"""Frames, delays, errors and sizes of the classic effects against their golden values (see pin.py)."""

from __future__ import annotations

import json

import pytest
from tests.golden.pin import PHOTOS, GoldenValues, golden_file, measure

from gifmill.effects import PACKS
from gifmill.gif import PRESETS

TOLERANCE = 0.02
"""Relative: other compilers and C libraries may round differently."""


@pytest.mark.parametrize("effect", PACKS["classic"])
@pytest.mark.parametrize("photo", PHOTOS)
def test_frames_delays_errors_and_sizes_match_the_golden_values(photo: str, effect: str) -> None:
    expected: GoldenValues = json.loads(golden_file(photo).read_text())[effect]
    found = measure(photo, effect)
    assert found["frames"] == expected["frames"]
    assert found["delays_cs"] == expected["delays_cs"]
    for preset in PRESETS:
        assert found["errors"][preset] == pytest.approx(expected["errors"][preset], rel=TOLERANCE)
        assert found["bytes"][preset] == pytest.approx(expected["bytes"][preset], rel=TOLERANCE)


@pytest.mark.parametrize("photo", PHOTOS)
def test_mosaics_of_up_to_256_blocks_are_exact(photo: str) -> None:
    errors = measure(photo, "blur")["errors"]
    for preset in PRESETS:
        assert errors[preset][1:6] == [0, 0, 0, 0, 0]  # the photo comes first
