"""Effects that installed packages add through the entry points `gifmill.effects`."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from gifmill.effects import EFFECTS, PACKS, Effect
from gifmill.errors import PluginFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint

GROUP = "gifmill.effects"

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@cache
def plugins() -> Mapping[str, Effect]:
    """All of them by name.

    Raises:
        PluginFailed: one is broken. It is not passed over: its effect would be missed without a word.

    Source: Python Packaging User Guide, "Creating and discovering plugins", using package metadata.
    """
    taken = {*PACKS, *(effect.name for effect in EFFECTS)}
    found: dict[str, Effect] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        effect = _loaded(point)
        if effect.name in taken | found.keys():
            raise _broken(point, f"there is an effect or pack {effect.name!r} already")
        found[effect.name] = effect
    return found


def _loaded(point: EntryPoint) -> Effect:
    try:
        effect = point.load()
    except Exception as error:  # a stranger's module may raise anything
        raise _broken(point, f"{type(error).__name__}: {error}") from error
    if not isinstance(effect, Effect):
        raise _broken(point, f"{point.value} is no gifmill.Effect")
    if effect.name != point.name or not _NAME.fullmatch(effect.name):
        raise _broken(
            point, f"its effect is called {effect.name!r}; a name is lower case, and the same in both"
        )
    if unknown := effect.calm.keys() - {param.name for param in effect.params}:
        raise _broken(
            point, f"its calm variant has {', '.join(sorted(unknown))}, which is no parameter of it"
        )
    return effect


def _broken(point: EntryPoint, reason: str) -> PluginFailed:
    package = point.dist.name if point.dist else "a package"
    return PluginFailed(f"The effect {point.name!r} of {package} is broken: {reason}. Mend or remove it.")
