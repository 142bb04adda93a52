"""Names of a package that are imported when they are first used.

A package's `__init__.py` is its face: what other packages may import. If it imported all its modules, listing
effects would import numpy, and a command's help a web server. Source: PEP 562.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def lazy_names(package: str, **names_by_module: str) -> Callable[[str], object]:
    """Make the `__getattr__` of a package.

    Args:
        package: the package's `__name__`.
        names_by_module: for each module of the package the names that come from it, separated by spaces.

    Returns:
        A function that imports a name's module, and raises AttributeError for any other name.
    """
    modules = {name: module for module, names in names_by_module.items() for name in names.split()}

    def look_up(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)  # the next use finds it there
        return value

    return look_up
