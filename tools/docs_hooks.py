"""Checks for `mkdocs build --strict`: every public name of the library is documented.

Public are the names in `gifmill.__all__`, all errors, and all names that an example of the guides imports.

MkDocs calls the functions by name. A warning of this logger fails a strict build.
"""

from __future__ import annotations

import inspect
import logging
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gifmill
from gifmill.errors import all_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOG = logging.getLogger("mkdocs.hooks.gifmill")
_PAGE = "reference/python-api/index.html"
_GUIDES = Path(__file__).parents[1] / "docs/guides"
_IMPORT = re.compile(r"^from (gifmill(?:\.[\w.]+)?) import ([\w, ]+)$", re.MULTILINE)


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
    names += [f"{module}.{name}" for module, name in imported_in_guides() if name not in gifmill.__all__]
    return [name for name in names if f'id="{name}"' not in page]


def undocumented() -> list[str]:
    """List the public names, and the public members of public classes, without a docstring of their own."""
    return [name for name, thing in _public() if not _own_doc(thing)]


def imported_in_guides() -> list[tuple[str, str]]:
    """List the module and name of each import from gifmill in the guides."""
    texts = [page.read_text() for page in sorted(_GUIDES.glob("*.md"))]
    imports = [found for text in texts for found in _IMPORT.findall(text)]
    return [(module, name.strip()) for module, names in imports for name in names.split(",")]


def _public() -> Iterator[tuple[str, object]]:
    for module, name in [*(("gifmill", name) for name in gifmill.__all__), *imported_in_guides()]:
        thing = getattr(import_module(module), name)
        if inspect.isclass(thing):
            yield f"{module}.{name}", thing
            for member, value in vars(thing).items():
                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                    yield f"{module}.{name}.{member}", value
        elif inspect.isfunction(thing) or inspect.ismodule(thing):
            yield f"{module}.{name}", thing
    for kind in all_errors():
        yield f"gifmill.errors.{kind.__name__}", kind


def _own_doc(thing: object) -> str | None:
    doc = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    return doc if isinstance(doc, str) and doc.strip() else None
