"""Advice for wrong command lines: misspelt names, misplaced arguments, and values that look like flags."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.effects import all_effects
from gifmill.errors import InvalidRequest
from gifmill.suggestions import did_you_mean

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable, Mapping, Sequence

_IGNORED_VALUE = re.compile(r"Argument (?:\S+/)?(\S+): ignored explicit argument")
_SINGLE_DASH = re.compile("-[^-]")
_PHOTO_NAME = re.compile(r"[^=]+\.(jpe?g|jfif|png|gif|webp|avif|hei[cf]|tiff?|bmp)", re.IGNORECASE)


def explain(parser: ArgumentParser, argv: Sequence[str], error: InvalidRequest) -> InvalidRequest:
    """Return an error of argparse, or one with better advice.

    Args:
        parser: the parser of all subcommands.
        argv: the arguments without the program's name.
        error: what argparse reports.
    """
    commands = _subcommands(parser)
    name = argv[0]
    if not name.startswith("-") and name not in commands:
        return _unknown_command(name, commands)
    own = commands.get(name, parser)
    if own is parser and name.partition("=")[0] not in parser._option_string_actions:
        return _unknown_flag(name.partition("=")[0], "", parser)
    if wrong := _value_error(argv, own, error.message):
        return wrong
    # -e.jpg is read as -e with the value .jpg; then a photo is missing.
    for each in _values_with_dash(argv, own):
        if _is_photo(each):
            return _dash_error(each)
        if each.startswith("--"):
            flag, _, value = each.partition("=")
            return _unknown_flag(flag, value, own)
    return error


def unknown_arguments(parser: ArgumentParser, argv: Sequence[str], unknown: Sequence[str]) -> InvalidRequest:
    """Return the error of arguments that the subcommand does not have.

    Args:
        parser: the parser of all subcommands.
        argv: the arguments without the program's name.
        unknown: those that no argument of the subcommand took.
    """
    own = _subcommands(parser).get(argv[0], parser)
    for photo in unknown:
        if photo.startswith("-") and _is_photo(photo):
            return _dash_error(photo)
    flag, _, value = next((each for each in unknown if each.startswith("-")), "").partition("=")
    if not flag:
        return InvalidRequest(f"Unknown arguments: {' '.join(unknown)}. Try `{own.prog} --help`.")
    return _unknown_flag(flag, value, own)


def _subcommands(parser: ArgumentParser) -> Mapping[str, ArgumentParser]:
    """Return the parsers of the subcommands by name."""
    return next(action.choices for action in parser._actions if isinstance(action.choices, dict))


def _unknown_command(name: str, commands: Iterable[str]) -> InvalidRequest:
    problem = f"Unknown command {name[:40]!r}."
    if _is_photo(name):
        return InvalidRequest(f"{problem} To make GIFs of a photo, use `gifmill make {name}`.")
    if name in {effect.name for effect in all_effects()}:
        return InvalidRequest(f"{problem} To make this effect, use `gifmill make PHOTO -e {name}`.")
    if name == "help":
        return InvalidRequest(f"{problem} Use `gifmill --help`, or `gifmill COMMAND --help`.")
    near = did_you_mean(name, commands)
    return InvalidRequest(f"{problem} {near}Commands: {', '.join(commands)}.")


def _values_with_dash(argv: Sequence[str], own: ArgumentParser) -> Iterable[str]:
    """Return the arguments that begin with - and are no flags."""
    before = argv[: argv.index("--")] if "--" in argv else argv
    flags = own._option_string_actions
    return [each for each in before if each.startswith("-") and each.partition("=")[0] not in flags]


def _value_error(argv: Sequence[str], own: ArgumentParser, problem: str) -> InvalidRequest | None:
    """Return the error of a flag with a value that it does not take, or that looks like a flag; else None."""
    if ignored := _IGNORED_VALUE.match(problem):
        return InvalidRequest(f"{ignored[1]} takes no value. Omit the value.")
    if problem.startswith("Argument") and "expected one argument" in problem:
        flags = own._option_string_actions
        for flag, value in pairwise(argv):
            takes_value = flag in flags and flags[flag].nargs is None
            if takes_value and _SINGLE_DASH.match(value) and value not in flags:
                joined = f"{flag}={value}" if flag.startswith("--") else f"{flag}{value}"
                return InvalidRequest(f"The value of {flag} begins with -, as options do. Write {joined}.")
    return None


def _is_photo(name: str) -> bool:
    return bool(_PHOTO_NAME.fullmatch(name)) or Path(name).is_file()


def _dash_error(photo: str) -> InvalidRequest:
    problem = f"{photo} begins with -, as options do."
    return InvalidRequest(f"{problem} For a file of this name, write ./{photo}, or -- before it.")


def _unknown_flag(flag: str, value: str, own: ArgumentParser) -> InvalidRequest:
    name = flag.lstrip("-").replace("-", "_")
    takes = any(param.name == name for effect in all_effects() for param in effect.params)
    if takes and own.prog.endswith("make"):
        return InvalidRequest(f"Unknown option {flag}. For this parameter, use -p {name}={value or 'VALUE'}.")
    known = [each for each in own._option_string_actions if each.startswith("--")]
    near = did_you_mean(flag, known)
    return InvalidRequest(f"Unknown option {flag[:40]!r}. {near}Try `{own.prog} --help`.")
