from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest
from tests.gif.pictures import clip, photo

from gifmill.gif import PRESETS, Preset, encode
from gifmill.gif.core import MAX_COLOURS
from gifmill.gif.frame_code import MAX_BEAM


def test_every_preset_has_its_key_as_name() -> None:
    assert list(PRESETS) == ["fast", "small", "balanced", "crisp", "smooth"]
    assert [preset.name for preset in PRESETS.values()] == list(PRESETS)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_constants_are_within_the_ranges_of_the_encoder(preset: Preset) -> None:
    assert 3 <= preset.colours <= MAX_COLOURS
    assert 0 <= preset.dither <= 1
    assert preset.k_means_steps >= 1
    assert preset.sample_px >= 1
    assert 0 <= preset.lossiness < 1
    assert 1 <= preset.beam <= MAX_BEAM


def test_every_constant_is_documented() -> None:
    for field in Preset.__dataclass_fields__:
        assert f"\n    {field}: " in inspect.cleandoc(str(Preset.__doc__))


def test_presets_do_not_import_numpy() -> None:
    code = "import sys, gifmill.gif, gifmill.rendering.options; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"colours": 2},
        {"colours": 257},
        {"k_means_steps": -1},
        {"sample_px": 0},
        {"dither": 1.1},
        {"lossiness": -1e-9},
        {"lossiness": float("nan")},
        {"beam": 0},
        {"beam": 17},
    ],
    ids=str,
)
def test_values_out_of_range_are_rejected_by_name(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name}=.* Use "):
        Preset("mine", **wrong)


def test_a_tolerance_beyond_a_tenth_of_the_range_still_counts() -> None:
    """The byte limit's last steps use such tolerances."""
    sizes = [
        len(encode(clip(photo(120, 90)), Preset("mine", colours=16, exact=False, lossiness=lossiness)))
        for lossiness in (0.02, 0.04, 0.1)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)
