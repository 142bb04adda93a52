"""The registry: the product's table of contents.

Help, validation, the page's controls, GET /v1/effects and the docs all derive from `EFFECTS`. A new effect is
one pure function and one line here. Reading the registry imports no numpy: a function is looked up only when
its effect is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from gifmill.errors import UnknownEffect
from gifmill.params import Number, Param, Value

if TYPE_CHECKING:
    from types import ModuleType

    from gifmill.frames import Animation
    from gifmill.photo import Photo


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect's entry in the registry.

    Attributes:
        name: its name everywhere; also the name of its function.
        summary: one line for people, without a full stop.
        module: the module of `gifmill.effects` that holds the function.
        params: what can be chosen about it, besides the options that every GIF has.
    """

    name: str
    summary: str
    module: str
    params: tuple[Param, ...] = ()

    def animate(self, photo: Photo, **params: Value) -> Animation:
        """Call the effect's function: same photo and parameters, same frames.

        Args:
            photo: already of the size that the GIF is to have.
            params: for each of `self.params` its value, as its `read` returned it.
        """
        return cast("Animation", getattr(self.load(), self.name)(photo, **params))

    def load(self) -> ModuleType:
        """Import the module that holds the function, which `animate` would otherwise do when it is called."""
        return import_module(f"{__name__}.{self.module}")


_DURATION = Number("duration", "how long one turn lasts", 3.0, 0.5, 10, 0.1, "s")

EFFECTS: tuple[Effect, ...] = (
    Effect("blur", "a mosaic that resolves into the photo", "classic", (_DURATION,)),
    Effect("recursive", "the photo, tiled with ever smaller copies of itself", "classic", (_DURATION,)),
    Effect("cyclic", "ever smaller copies that take on the colours of the photo", "classic", (_DURATION,)),
)

PACKS: dict[str, tuple[str, ...]] = {
    "classic": ("blur", "recursive", "cyclic"),
    "all": tuple(effect.name for effect in EFFECTS),
}

_BY_NAME = {effect.name: effect for effect in EFFECTS}


def effect_named(name: str) -> Effect:
    """The effect of this name.

    Raises:
        UnknownEffect: there is none.
    """
    if name not in _BY_NAME:
        raise UnknownEffect(f"There is no effect {name[:40]!r}. There are: {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def audience(name: str) -> tuple[Effect, ...]:
    """The effects that a name stands for: those of a pack, or the one of that name.

    Raises:
        UnknownEffect: neither a pack nor an effect.
    """
    if name in PACKS:
        return tuple(_BY_NAME[effect] for effect in PACKS[name])
    if name not in _BY_NAME:
        known = f"There are the effects {', '.join(_BY_NAME)} and the packs {', '.join(PACKS)}."
        raise UnknownEffect(f"There is no effect or pack {name[:40]!r}. {known}")
    return (_BY_NAME[name],)
