"""Scripts that complete the command's arguments in a shell, for `gifmill completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shtab

from gifmill.cli.arguments import SHELL, command_parser
from gifmill.effects import PACKS, Choice, all_effects
from gifmill.rendering import COMMON

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

_FILES = ("photos", "output")
_FOLDERS = ("data",)


def completion_script(shell: str) -> str:
    """Return the script of a shell. It lists the effects of packages that are installed now."""
    parser = command_parser()
    effects = tuple(effect.name for effect in all_effects())
    choices = {param.name: param.choices for param in (*COMMON, SHELL) if isinstance(param, Choice)}
    choices |= {"effect": (*effects, *PACKS), "name": (*effects, *PACKS), "pack": tuple(PACKS)}
    for each in _parsers(parser):
        for action in each._actions:
            if action.nargs == 0:
                continue
            if action.dest in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
            elif action.dest in _FOLDERS:
                action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
            elif action.choices is None and action.dest in choices:
                action.choices = choices[action.dest]
    return shtab.complete(parser, shell)


def _parsers(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    """Yield the parsers of the subcommands."""
    for action in parser._actions:
        if isinstance(action.choices, dict):
            yield from action.choices.values()
