from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest

from gifmill.effects import BACKGROUND, CAPTION, EFFECTS, FOCUS, PACKS, Effect, find_effect, select_effects
from gifmill.effects.background import Background
from gifmill.effects.params import Choice, Focus
from gifmill.effects.user_text import Text
from gifmill.errors import UnknownEffect
from gifmill.rendering.catalogue import describe_effects
from gifmill.rendering.options import COMMON
from gifmill.rendering.platforms import PLATFORMS

all_effects = pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)


def test_names_are_unique_and_no_pack_has_the_name_of_an_effect() -> None:
    names = [effect.name for effect in EFFECTS]

    assert len(set(names)) == len(names)
    assert not set(names) & set(PACKS)


@all_effects
def test_the_function_of_an_effect_has_exactly_its_parameters(effect: Effect) -> None:
    function = getattr(effect.load(), effect.name)
    photo, *rest = inspect.signature(function).parameters.values()

    assert photo.kind in {photo.POSITIONAL_ONLY, photo.POSITIONAL_OR_KEYWORD}
    frames = {"frames"} if effect.takes_frames else set()
    own = {param.name for param in effect.params} - {CAPTION.name}  # the renderer draws it
    assert {param.name for param in rest} == own | frames
    assert all(param.kind is not param.VAR_KEYWORD for param in rest)


@all_effects
def test_the_default_of_a_parameter_is_valid_and_its_name_is_no_common_option(effect: Effect) -> None:
    common = {param.name for param in COMMON} - {FOCUS.name, BACKGROUND.name, CAPTION.name}
    for param in effect.params:
        assert param.read(param.default) == param.default
        assert param.name not in common


@all_effects
def test_each_effect_and_parameter_has_a_summary_of_one_line(effect: Effect) -> None:
    for summary in (effect.summary, *(param.summary for param in effect.params)):
        assert summary == summary.strip()
        assert "\n" not in summary
        assert not summary.endswith(".")


def test_a_pack_has_each_effect_once_and_the_pack_all_has_every_effect() -> None:
    names = [effect.name for effect in EFFECTS]

    assert PACKS["all"] == tuple(names)
    assert PACKS["classic"] == ("blur", "recursive", "cyclic")
    for pack in PACKS.values():
        assert set(pack) <= set(names)
        assert list(pack) == sorted(set(pack), key=names.index)


def test_a_name_selects_an_effect_or_a_pack() -> None:
    assert [effect.name for effect in select_effects("classic")] == list(PACKS["classic"])
    assert select_effects("blur") == (find_effect("blur"),)


def test_a_pack_in_place_of_an_effect_is_rejected_with_its_effects() -> None:
    with pytest.raises(UnknownEffect) as caught:
        find_effect("classic")

    assert caught.value.message == "'classic' is a pack. Use its effects one by one: blur, recursive, cyclic."


@pytest.mark.parametrize("name", ["", "Blur", "blur ", "classics", "x" * 1_000])
def test_an_unknown_name_is_rejected_with_the_list_of_known_ones(name: str) -> None:
    with pytest.raises(UnknownEffect, match="blur, recursive, cyclic") as caught:
        select_effects(name)
    assert len(caught.value.message) < 400 + 20 * len(EFFECTS)
    with pytest.raises(UnknownEffect, match="blur, recursive, cyclic"):
        find_effect(name)


def test_the_catalogue_is_the_registry_as_json() -> None:
    document = json.loads(json.dumps(describe_effects()))

    assert [effect["name"] for effect in document["effects"]] == [effect.name for effect in EFFECTS]
    assert document["packs"] == {name: list(effects) for name, effects in PACKS.items()}
    assert [option["name"] for option in document["options"]] == sorted(param.name for param in COMMON)
    for effect, described in zip(EFFECTS, document["effects"], strict=True):
        for param, document_param in zip(effect.params, described["params"], strict=True):
            own = {"choices"} if isinstance(param, Choice) else {"minimum", "maximum", "step", "unit"}
            own = {"maximum_bytes"} if isinstance(param, Text) else own
            own |= {"points"} if isinstance(param, Focus) else set()
            own |= {"colours"} if isinstance(param, Background) else set()
            assert document_param.keys() == {"name", "summary", "type", "default"} | own
            assert document_param["default"] == param.default


def test_the_catalogue_has_the_defaults_of_each_platform() -> None:
    targets = {target["name"]: target for target in describe_effects()["targets"]}

    assert list(targets) == list(PLATFORMS)
    slack = {"crop": "square", "format": "gif", "max_bytes": 128_000, "size": 128}
    assert targets["slack-emoji"].items() >= slack.items()
    assert all(target["title"] and target["max_bytes"] and target["format"] for target in targets.values())


def test_the_registry_does_not_import_numpy() -> None:
    code = "import sys, gifmill.rendering.catalogue as c, gifmill.orders.keys; c.describe_effects();"
    code += "print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"


def test_parameters_of_one_name_accept_the_same_values() -> None:
    """An order of several effects has one value for all of them."""
    valid: dict[str, set[str]] = {}
    for effect in EFFECTS:
        for param in effect.params:
            valid.setdefault(param.name, set()).add(param.valid)
    assert {name: values for name, values in valid.items() if len(values) > 1} == {}
