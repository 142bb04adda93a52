"""Effects that installed packages add through the entry points `gifmill.effects`."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from gifmill.effects.params import Choice
from gifmill.effects.registry import EFFECTS, PACKS, Effect
from gifmill.errors import PluginFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.metadata import EntryPoint

GROUP = "gifmill.effects"

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_CHOICE = re.compile(r"[a-z0-9_.-]+")

_COMMON = {"calm", "crop", "for", "format", "max_bytes", "preset", "size"}

_CALL_ARGUMENTS = {"effect", "effects", "photo", "self", "target", "type"}
"""What stands beside the options in a call of the library or of the API."""

RESERVED = frozenset(_COMMON | _CALL_ARGUMENTS)
"""What no parameter may be called, because it would be taken for something else."""


@cache
def load_plugins() -> Mapping[str, Effect]:
    """All of them by name.

    Raises:
        PluginFailed: one is broken. It is not passed over: its effect would be missed without a word.

    Source: Python Packaging User Guide, "Creating and discovering plugins", using package metadata.
    """
    taken = {*PACKS, *(effect.name for effect in EFFECTS)}
    found: dict[str, Effect] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        effect = _load_plugin(point)
        if effect.name in taken | found.keys():
            raise _plugin_error(point, f"there is an effect or pack {effect.name!r} already")
        found[effect.name] = effect
    return found


def _load_plugin(point: EntryPoint) -> Effect:
    try:
        effect = point.load()
    except Exception as error:  # a stranger's module may raise anything
        raise _plugin_error(point, f"{type(error).__name__}: {error}") from error
    if not isinstance(effect, Effect):
        raise _plugin_error(point, f"{point.value} is no gifmill.Effect")
    if effect.name != point.name or not _NAME.fullmatch(effect.name):
        raise _plugin_error(
            point, f"its effect is called {effect.name!r}; a name is lower case, and the same in both"
        )
    if unknown := effect.calm.keys() - {param.name for param in effect.params}:
        raise _plugin_error(
            point, f"its calm variant has {', '.join(sorted(unknown))}, which is no parameter of it"
        )
    for reason in invalid_names(effect):
        raise _plugin_error(point, reason)
    return effect


def invalid_names(effect: Effect) -> Iterator[str]:
    """Why no options, and so no names of GIFs, can be written with its parameters."""
    names = [param.name for param in effect.params]
    for param in effect.params:
        if param.name in RESERVED:
            yield f"it has a parameter {param.name!r}, which is the name of something that every GIF has"
        if not _NAME.fullmatch(param.name):
            yield f"it has a parameter {param.name!r}; a name has lower-case letters, digits and _ only"
        if names.count(param.name) > 1:
            yield f"it has two parameters {param.name!r}"
        if isinstance(param, Choice):
            for choice in param.choices:
                if not _CHOICE.fullmatch(choice):
                    yield f"its {param.name} can be {choice!r}; a choice has a to z, digits and _.- only"


def _plugin_error(point: EntryPoint, reason: str) -> PluginFailed:
    package = point.dist.name if point.dist else "a package"
    return PluginFailed(f"The effect {point.name!r} of {package} is broken: {reason}. Mend or remove it.")
