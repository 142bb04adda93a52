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


def subclasses(root: type[GifmillError]) -> Iterator[type[GifmillError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from subclasses(child)


ALL_ERRORS = list(subclasses(GifmillError))
LINE = re.compile(r"^    ([│├└─ ]*)(\w+)(?:  +([a-z]+_?[a-z_]*)(?=$|  ))?", re.MULTILINE)


def documented_tree() -> dict[str, tuple[str | None, str | None]]:
    """Return parent and code of each class in the tree of the module's docstring."""
    tree: dict[str, tuple[str | None, str | None]] = {}
    branch: list[str] = []
    for rails, name, code in LINE.findall(errors.__doc__ or ""):
        depth = len(rails) // 4
        branch[depth:] = [name]
        tree[name] = (branch[depth - 1] if depth else None, code or None)
    return tree


def test_the_documented_tree_matches_the_classes() -> None:
    assert {name: parent for name, (parent, _) in documented_tree().items()} == {
        kind.__name__: None if kind is GifmillError else kind.__bases__[0].__name__ for kind in ALL_ERRORS
    }


def test_the_documented_codes_match_the_classes() -> None:
    codes = {name: code for name, (_, code) in documented_tree().items() if code}

    assert len(codes) >= 14
    assert codes == {kind.__name__: kind.code for kind in ALL_ERRORS if kind.__name__ in codes}


def test_codes_and_titles_are_unique() -> None:
    assert all("code" in vars(kind) and "title" in vars(kind) for kind in ALL_ERRORS)
    assert len({kind.code for kind in ALL_ERRORS}) == len(ALL_ERRORS)
    assert len({kind.title for kind in ALL_ERRORS}) == len(ALL_ERRORS)


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_codes_are_snake_case(kind: type[GifmillError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)


def error_of(kind: type[GifmillError]) -> GifmillError:
    return Busy("too much to do", retry_after_s=7) if kind is Busy else kind("what is wrong")


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_an_error_is_pickled_completely(kind: type[GifmillError]) -> None:
    error = error_of(kind)
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(copied) is kind
        assert copied.message == str(copied) == error.message
        assert vars(copied) == vars(error)


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_a_problem_document_has_code_title_and_message(kind: type[GifmillError]) -> None:
    assert error_of(kind).problem() == {
        "type": f"urn:gifmill:problem:{kind.code}",
        "title": kind.title,
        "detail": error_of(kind).message,
        "code": kind.code,
    }
