"""Checks for `mkdocs build --strict`: every public name of the library is documented.

MkDocs calls the functions by name. A warning of this logger fails a strict build.
"""

from __future__ import annotations

import inspect
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gifmill
from gifmill.errors import all_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOG = logging.getLogger("mkdocs.hooks.gifmill")
_PAGE = "reference/python-api/index.html"


def on_pre_build(**_: object) -> None:
    """Warn of each public name without a docstring."""
    for name in undocumented():
        _LOG.warning("%s is public and has no docstring", name)


def on_post_build(config: Mapping[str, Any], **_: object) -> None:
    """Warn of each public name that has no entry on the page of the Python API."""
    page = (Path(config["site_dir"]) / _PAGE).read_text()
    for name in missing(page):
        _LOG.warning("%s is public and not in docs/reference/python-api.md", name)


def missing(page: str) -> list[str]:
    """List the public names that the page, as HTML, has no anchor for."""
    errors = {kind.__name__ for kind in all_errors()} | {"GifmillError"}  # on the page under gifmill.errors
    names = [f"gifmill.{name}" for name in gifmill.__all__ if name not in errors]
    names += [f"gifmill.errors.{name}" for name in sorted(errors)]
    return [name for name in names if f'id="{name}"' not in page]


def undocumented() -> list[str]:
    """List the public names, and the public members of public classes, without a docstring of their own."""
    return [name for name, thing in _public() if not _own_doc(thing)]


def _public() -> Iterator[tuple[str, object]]:
    for name in gifmill.__all__:
        thing = getattr(gifmill, name)
        if inspect.isclass(thing):
            yield f"gifmill.{name}", thing
            for member, value in vars(thing).items():
                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                    yield f"gifmill.{name}.{member}", value
        elif inspect.isfunction(thing) or inspect.ismodule(thing):
            yield f"gifmill.{name}", thing
    for kind in all_errors():
        yield f"gifmill.errors.{kind.__name__}", kind


def _own_doc(thing: object) -> str | None:
    doc = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    return doc if isinstance(doc, str) and doc.strip() else None
