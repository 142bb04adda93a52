from __future__ import annotations

import copy
import pickle
import re
from typing import TYPE_CHECKING

import pytest

from gifmill import errors
from gifmill.errors import Busy, GifmillError

if TYPE_CHECKING:
    from collections.abc import Iterator


def family(root: type[GifmillError]) -> Iterator[type[GifmillError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from family(child)


EVERY = list(family(GifmillError))
LINE = re.compile(r"^    ([│├└─ ]*)(\w+)(?:  +([a-z]+_?[a-z_]*)(?=$|  ))?", re.MULTILINE)


def drawn() -> dict[str, tuple[str | None, str | None]]:
    """For each class of the module's tree its parent and its code."""
    tree: dict[str, tuple[str | None, str | None]] = {}
    branch: list[str] = []
    for rails, name, code in LINE.findall(errors.__doc__ or ""):
        depth = len(rails) // 4
        branch[depth:] = [name]
        tree[name] = (branch[depth - 1] if depth else None, code or None)
    return tree


def test_the_drawn_tree_is_the_tree_of_classes() -> None:
    assert {name: parent for name, (parent, _) in drawn().items()} == {
        kind.__name__: None if kind is GifmillError else kind.__bases__[0].__name__ for kind in EVERY
    }


def test_the_drawn_codes_are_the_codes() -> None:
    codes = {name: code for name, (_, code) in drawn().items() if code}

    assert len(codes) >= 14
    assert codes == {kind.__name__: kind.code for kind in EVERY if kind.__name__ in codes}


def test_every_class_has_a_code_and_a_title_of_its_own() -> None:
    assert all("code" in vars(kind) and "title" in vars(kind) for kind in EVERY)
    assert len({kind.code for kind in EVERY}) == len(EVERY)
    assert len({kind.title for kind in EVERY}) == len(EVERY)


@pytest.mark.parametrize("kind", EVERY)
def test_codes_are_snake_case(kind: type[GifmillError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)


def an_error(kind: type[GifmillError]) -> GifmillError:
    return Busy("too much to do", retry_after_s=7) if kind is Busy else kind("what is wrong")


@pytest.mark.parametrize("kind", EVERY)
def test_an_error_is_pickled_completely(kind: type[GifmillError]) -> None:
    error = an_error(kind)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is kind
        assert again.message == str(again) == error.message
        assert vars(again) == vars(error)


@pytest.mark.parametrize("kind", EVERY)
def test_a_problem_names_the_code_and_carries_the_message(kind: type[GifmillError]) -> None:
    assert an_error(kind).problem() == {
        "type": f"urn:gifmill:problem:{kind.code}",
        "title": kind.title,
        "detail": an_error(kind).message,
        "code": kind.code,
    }
