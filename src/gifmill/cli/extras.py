"""Subcommands that need an extra, an optional set of packages: `pip install 'gifmill[server]'`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gifmill.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def extra(name: str, subcommand: str) -> Iterator[None]:
    """Report a package that the imports of this block do not find, with the extra that installs it.

    Args:
        name: the extra, as `pyproject.toml` names it.
        subcommand: the subcommand that needs it.

    Raises:
        MissingExtra: a package is not installed.
        ModuleNotFoundError: a module of our own is missing, which no extra installs.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "gifmill"):
            raise
        raise MissingExtra(
            f"`gifmill {subcommand}` needs {package}, which is not installed. Install the extra {name} as "
            f"you installed gifmill, such as `pip install 'gifmill[{name}]'`."
        ) from error
