"""Suggestions for misspelt names, in the errors of the library, which the command and the API share."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
import pytest

from gifmill.effects import PACKS, find_effect, select_effects
from gifmill.errors import InvalidOption, UnknownEffect, UnknownOption
from gifmill.photo import Photo
from gifmill.rendering import Options, render
from gifmill.suggestions import did_you_mean

_NO_OPTIONS = ("photo", "effect", "params")
_ANY_TEXT = "caption"


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("blurr", "'blur'"),
        ("BLUR", "'blur'"),
        (" blur", "'blur'"),
        ("max-bytes", "'max_bytes'"),
        ("--max-byte", "'max_bytes'"),
        ("kal", "'kaleidoscope'"),
    ],
)
def test_the_nearest_name_is_suggested(name: str, suggested: str) -> None:
    assert did_you_mean(name, ["blur", "spin", "max_bytes", "kaleidoscope"]) == f"Did you mean {suggested}? "


def test_a_second_name_is_suggested_if_it_is_nearly_as_like() -> None:
    assert did_you_mean("durration", ["caption", "duration"]) == "Did you mean 'duration'? "
    assert did_you_mean("slice", ["slide", "spice"]) in {
        "Did you mean 'slide' or 'spice'? ",
        "Did you mean 'spice' or 'slide'? ",
    }


@pytest.mark.parametrize("name", ["", "k", "nothing like it", "\0", "x" * 100_000])
def test_nothing_is_suggested_for_a_name_that_is_like_none(name: str) -> None:
    assert did_you_mean(name, ["blur", "spin", "max_bytes", "kaleidoscope"]) == ""


def test_a_misspelt_effect_is_answered_with_its_name_and_the_list() -> None:
    with pytest.raises(
        UnknownEffect, match=r"^Unknown effect 'blurr'\. Did you mean 'blur'\? Effects: blur, "
    ):
        find_effect("blurr")


def test_a_misspelt_pack_is_answered_with_its_name() -> None:
    assert "emoji" in PACKS
    with pytest.raises(UnknownEffect, match=r"Did you mean 'emoji'\? Effects: .* Packs: "):
        select_effects("emojis")


def test_a_misspelt_option_is_answered_with_its_name() -> None:
    with pytest.raises(
        UnknownOption, match=r"^Unknown option 'strenght'\. Did you mean 'strength'\? Options: "
    ):
        Options.read({"strenght": 3}, (find_effect("zoom"),))


@pytest.mark.parametrize(
    ("option", "value", "suggested"),
    [
        ("preset", "balenced", "balanced"),
        ("for", "slack", "slack-emoji"),
        ("for", "discord_emoji", "discord-emoji"),
        ("format", "WebP", "webp"),
        ("direction", "clockwize", "clockwise"),
    ],
)
def test_a_misspelt_value_is_answered_with_the_valid_one(option: str, value: str, suggested: str) -> None:
    with pytest.raises(InvalidOption, match=f"is not valid. Did you mean '{suggested}'"):
        Options.read({option: value}, (find_effect("spin"),))


@pytest.mark.parametrize(
    "name", [name for name in signature(render).parameters if name not in (*_NO_OPTIONS, _ANY_TEXT)]
)
def test_an_invalid_value_of_every_argument_of_the_library_is_reported_with_its_name(name: str) -> None:
    arguments: dict[str, Any] = {name: "?"}
    with pytest.raises(InvalidOption, match=rf"^{name}=\? is not valid\. "):
        render(Photo(np.zeros((4, 4, 3), np.uint8)), "zoom", **arguments)


def test_an_error_of_the_library_names_its_argument() -> None:
    photo = Photo(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(InvalidOption, match=r"^target=slac is not valid\. Did you mean 'slack-emoji'\?"):
        render(photo, "blur", target="slac")  # type: ignore[call-overload]
    with pytest.raises(InvalidOption, match=r"choose another platform \(target\)\.$"):
        render(photo, "blur", target="slack-emoji", size=480)
    with pytest.raises(UnknownOption, match="preset, size, target"):
        render(photo, "blur", turns=1)  # type: ignore[call-overload]
