"""The command: make GIFs, list the effects, serve, check the installation."""

from gifmill.cli.command import main

__all__ = ["main"]
