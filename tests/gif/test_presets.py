from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from gifmill.gif import PRESETS, Preset
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
