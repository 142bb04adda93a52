"""The command line: make GIFs, list the effects, run the server, check the installation."""

from gifmill.cli.command import main

__all__ = ["main"]
