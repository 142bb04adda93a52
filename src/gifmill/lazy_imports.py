"""Lazy imports: names of a package that are imported on first use.

A package's `__init__.py` is its face: the names that other packages may import. If it imported all its
modules, the list of effects would import numpy, and the help of a command a web server. Source: PEP 562.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def lazy_names(
    package: str, **names_by_module: str
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a package.

    Args:
        package: the package's `__name__`.
        names_by_module: for each module of the package the names that it defines, separated by spaces.

    Returns:
        A function that imports the module of a name, and raises AttributeError for unknown names; and one
        that lists the package's names, those not imported yet included.
    """
    modules = {name: module for module, names in names_by_module.items() for name in names.split()}

    def look_up(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)  # later uses skip this function
        return value

    def list_names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *modules})

    return look_up, list_names
