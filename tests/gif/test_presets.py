from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from gifmill.gif import PRESETS, Preset


def test_every_preset_has_its_key_as_name() -> None:
    assert list(PRESETS) == ["fast", "small", "balanced", "crisp", "smooth"]
    assert [preset.name for preset in PRESETS.values()] == list(PRESETS)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_constants_are_within_the_ranges_of_the_encoder(preset: Preset) -> None:
    assert 2 <= preset.colours <= 256
    assert all(1 <= bits <= 8 for bits in preset.table_bits)
    assert 0 <= preset.dither <= 1
    assert preset.k_means_steps >= 1
    assert preset.lossiness >= 0


def test_every_constant_is_documented() -> None:
    for field in Preset.__dataclass_fields__:
        assert f"\n    {field}: " in inspect.cleandoc(str(Preset.__doc__))


def test_presets_do_not_import_numpy() -> None:
    code = "import sys, gifmill.gif, gifmill.rendering.options; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
