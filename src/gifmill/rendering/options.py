"""Options of an order: checked against the effects they are for, and written in exactly one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.effects import Choice, Number, Param, Value, write
from gifmill.errors import InvalidKey, InvalidOption, UnknownOption
from gifmill.gif import PRESETS
from gifmill.rendering.platforms import ANYWHERE, TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gifmill.effects import Effect
    from gifmill.rendering.platforms import Target

SIZE = Number("size", "longest side; a smaller photo is not enlarged", 480, 16, 1080, 1, "px")
CROP = Choice("crop", "what is cut out: a square lies around the focal point", "none", ("none", "square"))
CALM = Choice("calm", "a gentler variant: less of it, and slower", "no", ("no", "yes"))
PRESET = Choice("preset", "what the encoder favours", "balanced", tuple(PRESETS))
FOR = Choice("for", "the place where it is to go, whose limits it keeps", ANYWHERE, (ANYWHERE, *TARGETS))
FORMAT = Choice("format", "a GIF, or a WebP that moves", "gif", ("gif", "webp"))
MAX_BYTES = Number("max_bytes", "the most for the file; 0 is no limit", 0, 0, 100_000_000, 1, "bytes")
COMMON: tuple[Param, ...] = (CALM, CROP, FOR, FORMAT, MAX_BYTES, PRESET, SIZE)

NONE = "default"
"""How options are written where nothing differs from the defaults."""


@dataclass(frozen=True, slots=True)
class Options:
    """What differs from the defaults, sorted by name.

    Attributes:
        chosen: (name, value) pairs, each value as the parameter's `read` returned it.
    """

    chosen: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def read(cls, values: Mapping[str, object], effects: Sequence[Effect]) -> Options:
        """Check values against the effects that an order is for.

        An option may be known to some of the effects only; the others do without it.

        Args:
            values: texts or values by name.
            effects: at least one.

        Raises:
            UnknownOption: no effect of the order has an option of this name.
            InvalidOption: a value is out of range, of the wrong form, or beyond what the target takes.
        """
        chosen: dict[str, Value] = {}
        for name, value in values.items():
            params = _params_named(name, effects)
            if not params:
                names = sorted({param.name for effect in effects for param in (*COMMON, *effect.params)})
                raise UnknownOption(f"There is no option {name[:40]!r} here. There are: {', '.join(names)}.")
            for param in params:
                chosen[name] = param.read(value)
        _check_target(chosen)
        kept = {name for effect in effects for name in _differing(effect, chosen)}
        return cls(tuple(sorted((name, chosen[name]) for name in kept)))

    @classmethod
    def parse(cls, text: str, effects: Sequence[Effect]) -> Options:
        """Read the options' part of an object's name; the reverse of `str(options)`.

        Raises:
            InvalidKey: not written the one way that it would be written.
        """
        if text == NONE:
            return cls()
        pairs = [pair.partition("=")[::2] for pair in text.split(",")]
        try:
            options = cls.read(dict(pairs), effects)
        except (UnknownOption, InvalidOption) as error:
            raise InvalidKey(f"{text[:80]!r} are no options of ours.") from error
        if str(options) != text:
            raise InvalidKey(f"{text[:80]!r} is not the way we write options: it would be {str(options)!r}.")
        return options

    def __str__(self) -> str:
        if not self.chosen:
            return NONE
        return ",".join(f"{name}={write(value)}" for name, value in self.chosen)

    def of(self, effect: Effect) -> Options:
        """What remains for one effect: the options it knows that differ from its own defaults."""
        kept = _differing(effect, dict(self.chosen))
        return Options(tuple((name, value) for name, value in self.chosen if name in kept))

    def values(self, effect: Effect) -> dict[str, Value]:
        """Every parameter of one effect, common ones included, with its value."""
        chosen = dict(self.chosen)
        defaults = _defaults(effect, chosen)
        return {**defaults, **{name: value for name, value in chosen.items() if name in defaults}}

    @property
    def target(self) -> Target | None:
        """Where it is to go; None is anywhere."""
        return _target(dict(self.chosen))


def beneath(pack: Mapping[str, Value], values: Mapping[str, object]) -> dict[str, object]:
    """Values with those of a pack beneath them; what their target needs goes before what the pack likes.

    Args:
        pack: what it chooses, unless it is chosen otherwise.
        values: texts or values by name.
    """
    target = TARGETS.get(str(values.get(FOR.name)))
    return {**pack, **(target.defaults if target else {}), **values}


def _target(chosen: Mapping[str, Value]) -> Target | None:
    return TARGETS.get(str(chosen.get(FOR.name)))


def _check_target(chosen: Mapping[str, Value]) -> None:
    """Refuse what is chosen beyond the target's limits: a file that would not be taken there helps nobody.

    Raises:
        InvalidOption: such a value.
    """
    if target := _target(chosen):
        for name, value in chosen.items():
            if why := target.refusal(name, value):
                message = f"{name}={write(value)} is not valid for {target.name}, which {why}."
                raise InvalidOption(f"{message} Leave {name} out, or choose another {FOR.name}.")


def _defaults(effect: Effect, chosen: Mapping[str, Value]) -> dict[str, Value]:
    """What an effect takes where nothing else is chosen; the target and the calm variant have their own."""
    defaults = {param.name: param.default for param in (*COMMON, *effect.params)}
    if target := _target(chosen):
        defaults |= target.defaults
    if chosen.get(CALM.name) == "yes":
        defaults |= effect.calm
    return defaults


def _differing(effect: Effect, chosen: Mapping[str, Value]) -> set[str]:
    """Which of the chosen values are others than the effect would take by itself."""
    defaults = _defaults(effect, chosen)
    return {name for name, value in chosen.items() if name in defaults and value != defaults[name]}


def _params_named(name: str, effects: Iterable[Effect]) -> list[Param]:
    return [param for effect in effects for param in (*COMMON, *effect.params) if param.name == name]
