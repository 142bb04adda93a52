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


def _duration(seconds: float) -> Number:
    return Number("duration", "length of one loop", float(seconds), 0.5, 10, 0.1, "s")


_STRENGTH = Number("strength", "strength of the effect", 50, 1, 100, 1, "%")
_SEED = Number("seed", "random seed; the same seed gives the same GIF", 1, 0, 9999)
_FOCUS = Choice(
    "focus",
    "centre of the effect; found detects the subject",
    "found",
    ("found", "centre", "top", "bottom", "left", "right"),
)

EFFECTS: tuple[Effect, ...] = (
    Effect(
        "blur",
        "Starts as a coarse mosaic and sharpens into the photo",
        ".classic",
        (_duration(3),),
        {"duration": 6.0},
    ),
    Effect(
        "recursive",
        "Fills the photo with ever smaller copies of itself",
        ".classic",
        (_duration(3),),
        {"duration": 6.0},
    ),
    Effect(
        "cyclic",
        "Builds the photo out of tiny copies of itself",
        ".classic",
        (_duration(3),),
        {"duration": 6.0},
    ),
    Effect(
        "shake",
        "Shakes the photo in place",
        ".motion",
        (_STRENGTH, _SEED, _duration(1.4)),
        {"strength": 15, "duration": 2.8},
    ),
    Effect(
        "party",
        "Cycles the photo through all colours",
        ".hue_rotation",
        (_STRENGTH, _duration(2)),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "glitch",
        "Distorts the photo like a worn video tape",
        ".glitch",
        (_STRENGTH, _SEED, _duration(2.4)),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "pat",
        "A hand pats the photo",
        ".pat",
        (_STRENGTH, _duration(0.8)),
        {"strength": 25, "duration": 1.6},
    ),
    Effect(
        "spin",
        "Spins the photo around its centre",
        ".motion",
        (
            Number("turns", "full rotations in one loop", 1, 1, 4),
            Choice("direction", "direction of rotation", "clockwise", ("clockwise", "anticlockwise")),
            Choice(
                "cut",
                "shape of the rotating photo: a circle, or the whole canvas",
                "circle",
                ("circle", "canvas"),
            ),
            _duration(2.4),
        ),
        {"duration": 5.0},
    ),
    Effect(
        "bounce",
        "Squashes and stretches the photo like a rubber ball",
        ".motion",
        (_STRENGTH, _duration(1)),
        {"strength": 20, "duration": 2.0},
    ),
    Effect(
        "zoom",
        "Zooms slowly in and out",
        ".motion",
        (_STRENGTH, _FOCUS, _duration(3)),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "wiggle",
        "Moves foreground and background apart, for a 3D look",
        ".parallax",
        (_STRENGTH, _duration(1.2)),
        {"strength": 20, "duration": 2.4},
    ),
    Effect(
        "swirl",
        "Twists the photo around a point, or sends waves through it",
        ".warp",
        (
            Choice("form", "twist around a point, or waves across the photo", "twist", ("twist", "wave")),
            _STRENGTH,
            _FOCUS,
            _duration(2.4),
        ),
        {"strength": 20, "duration": 5.0},
    ),
    Effect(
        "kaleidoscope",
        "Mirrors a wedge of the photo into a kaleidoscope",
        ".warp",
        (Number("wedges", "number of wedges, each next to its mirror image", 6, 3, 12), _FOCUS, _duration(3)),
        {"duration": 6.0},
    ),
    Effect(
        "reveal",
        "Dissolves the photo into blocks and back",
        ".reveal",
        (Number("blocks", "blocks across at the coarsest step", 8, 2, 32), _duration(3)),
        {"duration": 6.0},
    ),
    Effect(
        "droste",
        "Zooms endlessly into a photo within the photo",
        ".droste",
        (
            Number("shrink", "size ratio of each photo to the one inside it", 4.0, 2, 16, 0.5),
            Number("arms", "arms of the spiral; 0 = zoom straight in", 1, 0, 3),
            replace(_FOCUS, summary="point to zoom into; found is next to the detected subject"),
            _duration(3),
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


def all_effects() -> tuple[Effect, ...]:
    """Those of `EFFECTS`, and those that installed packages add.

    Raises:
        PluginFailed: such a package is broken.
    """
    return (*EFFECTS, *_plugins().values())


def find_effect(name: str) -> Effect:
    """The effect of this name. Packages are asked only where we have none: finding them takes time.

    Raises:
        UnknownEffect: there is none.
        PluginFailed: a package that adds effects is broken.
    """
    effect = _BY_NAME.get(name) or _plugins().get(name)
    if effect is None:
        raise UnknownEffect(f"There is no effect {name[:40]!r}. There are: {_names(all_effects())}.")
    return effect


def select_effects(name: str) -> tuple[Effect, ...]:
    """The effects that a name stands for: those of a pack, or the one of that name.

    Raises:
        UnknownEffect: neither a pack nor an effect.
        PluginFailed: a package that adds effects is broken.
    """
    if name in PACKS:
        return tuple(_BY_NAME[effect] for effect in PACKS[name])
    try:
        return (find_effect(name),)
    except UnknownEffect as error:
        known = f"There are the effects {_names(all_effects())} and the packs {', '.join(PACKS)}."
        raise UnknownEffect(f"There is no effect or pack {name[:40]!r}. {known}") from error


def _plugins() -> Mapping[str, Effect]:
    from gifmill.effects.plugins import load_plugins

    return load_plugins()


def _names(effects: tuple[Effect, ...]) -> str:
    return ", ".join(effect.name for effect in effects)
