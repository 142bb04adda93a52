"""The command line: make GIFs, list the effects, run the server, check the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.cli.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments without the program's name; by default those of the process.

    Returns:
        The exit code.
    """
    try:
        from gifmill.cli.command import main as run  # Ctrl-C during the import must not print a traceback

        return run(argv)
    except KeyboardInterrupt:
        return INTERRUPTED
