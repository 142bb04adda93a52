"""Effects by name: the built-in ones, those of installed packages, and packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.effects.packs import PACKS
from gifmill.effects.registry import EFFECTS
from gifmill.errors import UnknownEffect
from gifmill.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.effects.effect import Effect


def all_effects() -> tuple[Effect, ...]:
    """Return the effects of `EFFECTS` and those of installed packages.

    Raises:
        PluginFailed: an effect package is broken.
    """
    return (*EFFECTS, *_plugins().values())


def find_effect(name: str) -> Effect:
    """Return the effect of this name. Installed packages are searched last, because finding them takes time.

    Raises:
        UnknownEffect: no effect has this name.
        PluginFailed: an effect package is broken.
    """
    effect = EFFECTS.get(name) or _plugins().get(name)
    if effect is None and name in PACKS:
        effects = ", ".join(PACKS[name])
        raise UnknownEffect(f"{name!r} is a pack. Use its effects one by one: {effects}.")
    if effect is None:
        names = [each.name for each in all_effects()]
        near = did_you_mean(name, names)
        raise UnknownEffect(f"Unknown effect {name[:40]!r}. {near}Effects: {', '.join(names)}.")
    return effect


def select_effects(name: str) -> tuple[Effect, ...]:
    """Return the effects of a pack, or the one effect of this name.

    Raises:
        UnknownEffect: neither a pack nor an effect has this name.
        PluginFailed: an effect package is broken.
    """
    if name in PACKS:
        return tuple(EFFECTS[effect] for effect in PACKS[name])
    try:
        return (find_effect(name),)
    except UnknownEffect as error:
        names = [each.name for each in all_effects()]
        near = did_you_mean(name, [*names, *PACKS])
        known = f"Effects: {', '.join(names)}. Packs: {', '.join(PACKS)}."
        raise UnknownEffect(f"Unknown effect or pack {name[:40]!r}. {near}{known}") from error


def _plugins() -> Mapping[str, Effect]:
    from gifmill.effects.plugins import load_plugins

    return load_plugins(frozenset({*PACKS, *EFFECTS.names}))
