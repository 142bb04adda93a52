"""The format that the name of an output file means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.errors import InvalidRequest
from gifmill.rendering import FORMAT, Options

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gifmill.effects import Effect

_FORMATS = {".gif": "gif", ".webp": "webp"}
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


def format_of_name(name: str) -> str | None:
    """Return the format that the end of a file's name means; None for a folder or another end."""
    return None if name.endswith(_SEPARATORS) else _FORMATS.get(Path(name).suffix.lower())


def with_named_format(
    options: Options, effects: Sequence[Effect], arguments: Namespace, flag: str, name: str
) -> Options:
    """Return the options with the format that a name means, unless an option or a platform decides it.

    Args:
        options: the options that the command line chooses.
        effects: the effects of the command.
        arguments: the command line.
        flag: the flag whose value the name is.
        name: a file, or the template of its name.

    Raises:
        InvalidRequest: the name and the format contradict each other.
    """
    named, chosen = format_of_name(name), options.values(effects[0])[FORMAT.name]
    if named in (None, chosen):
        return options
    in_param = any(pair.startswith(f"{FORMAT.name}=") for pair in arguments.param)
    if arguments.format is not None or in_param or options.platform:
        advice = f"Let it end in .{chosen}, or choose another format or platform."
        raise InvalidRequest(f"{flag} {name} contradicts the format, which is {chosen}. {advice}")
    return Options.read({**dict(options.chosen), FORMAT.name: named}, effects)
