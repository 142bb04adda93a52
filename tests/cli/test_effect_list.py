from __future__ import annotations

import json

import pytest

from gifmill.cli.command import main
from gifmill.cli.effect_list import list_effects, show_effect
from gifmill.effects import EFFECTS, PACKS, Effect
from gifmill.rendering import COMMON, Options, describe_effects


def test_the_listing_names_every_effect_parameter_option_and_pack() -> None:
    text = "\n".join(list_effects())

    for name in [*PACKS, *(effect.name for effect in EFFECTS)]:
        assert name in text
    for param in [*COMMON, *(param for effect in EFFECTS for param in effect.params)]:
        assert f"{param.name}=" in text
        assert param.valid in text


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_one_effect_is_shown_with_its_parameters_and_a_command_that_works(effect: Effect) -> None:
    lines = list(show_effect(effect.name))

    assert lines[0] == f"{effect.name}: {effect.summary}"
    for param in effect.params:
        assert any(line.startswith(f"  {param.name}=") and param.valid in line for line in lines)
    example = next(line for line in lines if " -p " in line).split()
    name, _, value = example[-1].partition("=")
    assert Options.read({name: value}, (effect,)).chosen


def test_a_pack_is_shown_with_its_effects_and_defaults() -> None:
    text = "\n".join(show_effect("emoji"))

    for name in PACKS["emoji"]:
        assert f"\n  {name} " in text
    assert "Defaults: background=none, crop=square, max_bytes=128000, size=128" in text
    assert "gifmill make PHOTO --pack emoji" in text


def test_one_effect_as_json_is_its_entry_in_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effects", "spin", "--json"]) == 0

    spin = next(each for each in describe_effects()["effects"] if each["name"] == "spin")
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(spin))


def test_one_pack_as_json_has_its_effects_and_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effects", "emoji", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "name": "emoji",
        "effects": list(PACKS["emoji"]),
        "options": {"background": "none", "crop": "square", "max_bytes": 128_000, "size": 128},
    }
