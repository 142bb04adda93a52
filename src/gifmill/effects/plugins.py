"""Effects of installed packages, found through the entry points `gifmill.effects`."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from gifmill.effects.background import Background
from gifmill.effects.caption_params import CAPTION_PARAMS
from gifmill.effects.effect import Effect
from gifmill.effects.params import Choice, Focus
from gifmill.effects.user_text import Text
from gifmill.errors import PluginFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.metadata import EntryPoint

GROUP = "gifmill.effects"

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_CHOICE = re.compile(r"[a-z0-9_.-]+")

_COMMON = {
    "background",
    *(param.name for param in CAPTION_PARAMS),
    "calm",
    "crop",
    "focus",
    "for",
    "format",
    "fps",
    "frames",
    "loop",
    "max_bytes",
    "preset",
    "size",
}

_CALL_ARGUMENTS = {"allow_flashing", "effect", "effects", "photo", "self", "target", "type"}
"""Names of other arguments in a call of the library or the API."""

_OVERRIDABLE = {"background": Background, "caption": Text, "focus": Focus}
"""Common options that an effect may have as parameters too, with a summary and a default of its own."""

RESERVED = frozenset(_COMMON | _CALL_ARGUMENTS)
"""Names that no parameter may have, because they have another meaning in a call."""


@cache
def load_plugins(used_names: frozenset[str]) -> Mapping[str, Effect]:
    """Load all effect packages; return their effects by name.

    Args:
        used_names: names of effects and packs, which no effect of a package may have.

    Raises:
        PluginFailed: a package is broken. It is not skipped: its effect would be missing without an error.

    Source: Python Packaging User Guide, "Creating and discovering plugins", using package metadata.
    """
    found: dict[str, Effect] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        effect = _load_plugin(point)
        if effect.name in used_names | found.keys():
            raise _plugin_error(point, f"the name {effect.name!r} is already used by an effect or pack")
        found[effect.name] = effect
    return found


def _load_plugin(point: EntryPoint) -> Effect:
    try:
        effect = point.load()
    except Exception as error:  # a third-party module can raise anything
        raise _plugin_error(point, f"{type(error).__name__}: {error}") from error
    if not isinstance(effect, Effect):
        raise _plugin_error(point, f"{point.value} is not a gifmill.Effect")
    if effect.name != point.name or not _NAME.fullmatch(effect.name):
        raise _plugin_error(
            point,
            f"its effect is named {effect.name!r}; the name must be lower case and that of the entry point",
        )
    if unknown := effect.calm.keys() - {param.name for param in effect.params}:
        raise _plugin_error(
            point, f"its calm variant sets {', '.join(sorted(unknown))}, which is not one of its parameters"
        )
    for reason in invalid_names(effect):
        raise _plugin_error(point, reason)
    return effect


def invalid_names(effect: Effect) -> Iterator[str]:
    """Yield the reasons why names of parameters or choices cannot be part of an object's name."""
    names = [param.name for param in effect.params]
    for param in effect.params:
        if param.name in RESERVED and not isinstance(param, _OVERRIDABLE.get(param.name, ())):
            yield f"the name of its parameter {param.name!r} is reserved"
        if not _NAME.fullmatch(param.name):
            yield f"its parameter {param.name!r} is misnamed; use only lower-case letters, digits and _"
        if names.count(param.name) > 1:
            yield f"it has two parameters {param.name!r}"
        if isinstance(param, Choice):
            for choice in param.choices:
                if not _CHOICE.fullmatch(choice):
                    yield f"its {param.name} has the choice {choice!r}; use only a to z, digits and _.-"


def _plugin_error(point: EntryPoint, reason: str) -> PluginFailed:
    package = point.dist.name if point.dist else "a package"
    return PluginFailed(
        f"The effect {point.name!r} of {package} is broken: {reason}. Repair or uninstall it."
    )
