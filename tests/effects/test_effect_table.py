"""`EFFECTS` as a tuple and as a mapping by name."""

from __future__ import annotations

import copy
import pickle

import pytest

import gifmill
from gifmill.effects import EFFECTS, EffectTable, find_effect
from gifmill.errors import UnknownEffect


def test_an_effect_is_found_by_its_name() -> None:
    assert EFFECTS["spin"] is find_effect("spin")
    assert EFFECTS.get("spin") is EFFECTS["spin"]
    assert EFFECTS.get("spim") is None
    assert gifmill.EFFECTS["spin"].params[0].name == "turns"


def test_a_name_and_an_effect_are_in_it() -> None:
    assert "spin" in EFFECTS
    assert EFFECTS["spin"] in EFFECTS
    assert "spim" not in EFFECTS
    assert 3 not in EFFECTS


def test_it_is_still_a_tuple_of_effects() -> None:
    assert isinstance(EFFECTS, tuple)
    assert [effect.name for effect in EFFECTS] == list(EFFECTS.names)
    assert EFFECTS[0].name == "blur"
    assert EFFECTS[-1] == [*EFFECTS][-1]
    assert [effect.name for effect in EFFECTS[:3]] == ["blur", "recursive", "cyclic"]
    assert EFFECTS.index(EFFECTS["spin"]) == EFFECTS.names.index("spin")
    with pytest.raises(IndexError):
        EFFECTS[len(EFFECTS)]


def test_an_unknown_name_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UnknownEffect, match=r"^Unknown effect 'spim'\. Did you mean 'spin'\?") as caught:
        EFFECTS["spim"]
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == caught.value.message


def test_a_copy_is_equal() -> None:
    for made in (copy.deepcopy(EFFECTS), pickle.loads(pickle.dumps(EFFECTS[:2]))):
        assert made == EFFECTS[: len(made)]
    assert isinstance(copy.copy(EFFECTS), EffectTable)
