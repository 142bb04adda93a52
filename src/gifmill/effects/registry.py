"""The registry: the product's table of contents.

Help, validation, the page's controls, GET /v1/effects and the docs all derive from `EFFECTS`. A new effect is
one pure function and one line here. Reading the registry imports no numpy: a function is looked up only when
its effect is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from gifmill.effects.params import Choice, Number, Param, Value
from gifmill.errors import PluginFailed, UnknownEffect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from gifmill.animation import Animation
    from gifmill.photo import Photo


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect's entry in the registry.

    Attributes:
        name: its name everywhere; also the name of its function.
        summary: one line for people, without a full stop.
        module: the module that holds the function, such as `their_package`; `.motion` is one of ours.
        params: what can be chosen about it, besides the options that every GIF has.
        calm: what its parameters are in the gentler variant, where nothing else is chosen.
    """

    name: str
    summary: str
    module: str
    params: tuple[Param, ...] = ()
    calm: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def animate(self, photo: Photo, **params: Value) -> Animation:
        """Call the effect's function: same photo and parameters, same frames.

        Args:
            photo: already of the size that the GIF is to have.
            params: for each of `self.params` its value, as its `read` returned it.
        """
        function = getattr(self.load(), self.name, None)
        if not callable(function):
            raise PluginFailed(f"The effect {self.name!r} has no function of its name in {self.module}.")
        return cast("Animation", function(photo, **params))

    def load(self) -> ModuleType:
        """Import the module that holds the function, which `animate` would otherwise do when it is called.

        Raises:
            PluginFailed: there is no such module.
        """
        try:
            return import_module(self.module, __package__)
        except ImportError as error:
            raise PluginFailed(f"The effect {self.name!r} is broken: {error}. Mend or remove it.") from error


def _lasting(seconds: float) -> Number:
    return Number("duration", "how long one turn lasts", float(seconds), 0.5, 10, 0.1, "s")


_STRENGTH = Number("strength", "how strong it is", 50, 1, 100, 1, "%")
_SEED = Number("seed", "another number, another GIF; the same number, the same one", 1, 0, 9999)
_FOCUS = Choice(
    "focus",
    "the point that all turns around; found is where most is to be seen",
    "found",
    ("found", "centre", "top", "bottom", "left", "right"),
)

EFFECTS: tuple[Effect, ...] = (
    Effect("blur", "a mosaic that resolves into the photo", ".classic", (_lasting(3),), {"duration": 6.0}),
    Effect(
        "recursive",
        "the photo, tiled with ever smaller copies of itself",
        ".classic",
        (_lasting(3),),
        {"duration": 6.0},
    ),
    Effect(
        "cyclic",
        "ever smaller copies that take on the colours of the photo",
        ".classic",
        (_lasting(3),),
        {"duration": 6.0},
    ),
    Effect(
        "shake",
        "it cannot stand still",
        ".motion",
        (_STRENGTH, _SEED, _lasting(1.4)),
        {"strength": 15, "duration": 2.8},
    ),
    Effect(
        "party",
        "all colours, once round",
        ".colour",
        (_STRENGTH, _lasting(2)),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "glitch",
        "a tape that has been played too often",
        ".glitch",
        (_STRENGTH, _SEED, _lasting(2.4)),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "pat",
        "a hand that pats it on the head",
        ".pat",
        (_STRENGTH, _lasting(0.8)),
        {"strength": 25, "duration": 1.6},
    ),
    Effect(
        "spin",
        "round and round it goes",
        ".motion",
        (
            Number("turns", "whole turns of one loop", 1, 1, 4),
            Choice("direction", "which way round", "clockwise", ("clockwise", "anticlockwise")),
            Choice("cut", "a round picture, or all of the canvas", "circle", ("circle", "canvas")),
            _lasting(2.4),
        ),
        {"duration": 5.0},
    ),
    Effect(
        "bounce", "made of rubber", ".motion", (_STRENGTH, _lasting(1)), {"strength": 20, "duration": 2.0}
    ),
    Effect(
        "zoom",
        "slowly closer, and back",
        ".motion",
        (_STRENGTH, _FOCUS, _lasting(3)),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "wiggle",
        "a step to the left, a step to the right: almost three dimensions",
        ".depth",
        (_STRENGTH, _lasting(1.2)),
        {"strength": 20, "duration": 2.4},
    ),
    Effect(
        "swirl",
        "stirred, not shaken",
        ".warp",
        (
            Choice("form", "a twist around a point, or waves all over", "twist", ("twist", "wave")),
            _STRENGTH,
            _FOCUS,
            _lasting(2.4),
        ),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "kaleidoscope",
        "a few mirrors and a tube",
        ".warp",
        (Number("wedges", "how many wedges, each with its mirror image", 6, 3, 12), _FOCUS, _lasting(3)),
        {"duration": 6.0},
    ),
    Effect(
        "reveal",
        "out of the blocks, and back into them",
        ".reveal",
        (Number("blocks", "how many across, where it is coarsest", 8, 2, 32), _lasting(3)),
        {"duration": 6.0},
    ),
    Effect(
        "droste",
        "the photo in the photo in the photo",
        ".droste",
        (
            Number("shrink", "how much smaller the next one is", 4.0, 2, 16, 0.5),
            Number("arms", "of the spiral; none is straight in", 1, 0, 3),
            replace(_FOCUS, summary="the point that all leads to; found is below where most is to be seen"),
            _lasting(3),
        ),
        {"duration": 6.0},
    ),
)

PACKS: dict[str, tuple[str, ...]] = {
    "classic": ("blur", "recursive", "cyclic"),
    "all": tuple(effect.name for effect in EFFECTS),
    "emoji": (
        "shake",
        "party",
        "glitch",
        "pat",
        "spin",
        "bounce",
        "zoom",
        "wiggle",
        "swirl",
        "kaleidoscope",
    ),
}

PACK_OPTIONS: dict[str, dict[str, Value]] = {
    "emoji": {"crop": "square", "max_bytes": 128_000, "size": 128},
}
"""What a pack chooses for its GIFs, unless it is chosen otherwise."""

_BY_NAME = {effect.name: effect for effect in EFFECTS}


def every_effect() -> tuple[Effect, ...]:
    """Those of `EFFECTS`, and those that installed packages add.

    Raises:
        PluginFailed: such a package is broken.
    """
    return (*EFFECTS, *_plugins().values())


def effect_named(name: str) -> Effect:
    """The effect of this name. Packages are asked only where we have none: finding them takes time.

    Raises:
        UnknownEffect: there is none.
        PluginFailed: a package that adds effects is broken.
    """
    effect = _BY_NAME.get(name) or _plugins().get(name)
    if effect is None:
        raise UnknownEffect(f"There is no effect {name[:40]!r}. There are: {_names(every_effect())}.")
    return effect


def audience(name: str) -> tuple[Effect, ...]:
    """The effects that a name stands for: those of a pack, or the one of that name.

    Raises:
        UnknownEffect: neither a pack nor an effect.
        PluginFailed: a package that adds effects is broken.
    """
    if name in PACKS:
        return tuple(_BY_NAME[effect] for effect in PACKS[name])
    try:
        return (effect_named(name),)
    except UnknownEffect as error:
        known = f"There are the effects {_names(every_effect())} and the packs {', '.join(PACKS)}."
        raise UnknownEffect(f"There is no effect or pack {name[:40]!r}. {known}") from error


def _plugins() -> Mapping[str, Effect]:
    from gifmill.effects.plugins import plugins

    return plugins()


def _names(effects: tuple[Effect, ...]) -> str:
    return ", ".join(effect.name for effect in effects)
