"""Options of an order: validation against its effects, and their canonical text form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from gifmill.effects import (
    BACKGROUND,
    CAPTION_PARAMS,
    FOCUS,
    Choice,
    Number,
    Param,
    Text,
    UserText,
    Value,
    format_value,
)
from gifmill.errors import InvalidKey, InvalidOption, InvalidRequest, UnknownOption
from gifmill.gif import PRESETS
from gifmill.rendering.platforms import NO_PLATFORM, PLATFORMS
from gifmill.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gifmill.effects import Effect
    from gifmill.rendering.platforms import Platform

SIZE = Number("size", "longest side; smaller photos are not enlarged", 480, 16, 1080, 1, "px")
CROP = Choice("crop", "crop to a square around the subject", "none", ("none", "square"))
CALM = Choice("calm", "slower and softer variant of the effect", "no", ("no", "yes"))
PRESET = Choice("preset", "encoder preset: speed, file size or quality", "balanced", tuple(PRESETS))
FOR = Choice("for", "platform whose limits the file must meet", NO_PLATFORM, (NO_PLATFORM, *PLATFORMS))
FORMAT = Choice("format", "file format: GIF or animated WebP", "gif", ("gif", "webp"))
MAX_BYTES = Number("max_bytes", "maximum file size in bytes; 0 = unlimited", 0, 0, 100_000_000, 1, "bytes")
FPS = Number("fps", "frames per second; 0 = the effect's own", 0, 0, 50)
FRAMES = Number("frames", "frames of one loop, instead of fps; 0 = the effect's own", 0, 0, 500)
LOOP = Number("loop", "how often the animation plays; 0 = for ever", 0, 0, 65_535)
COMMON: tuple[Param, ...] = (
    BACKGROUND,
    CALM,
    *CAPTION_PARAMS,
    CROP,
    FOCUS,
    FOR,
    FORMAT,
    FPS,
    FRAMES,
    LOOP,
    MAX_BYTES,
    PRESET,
    SIZE,
)

_BETWEEN_PAIRS = re.compile(",(?=[a-z])")
"""The comma between two options, not the one within a point."""

_SHORTEN_ADVICE = "Shorten the caption, or leave other options at their defaults."

_AS_NAMED: Mapping[str, str] = MappingProxyType({})

MAX_NAME_CHARS = 240
"""Longest text form of options: in common file systems, a part of a path has up to 255 bytes."""

NONE = "default"
"""The text form of options that all have their default values."""


def option_given_twice(name: str) -> InvalidRequest:
    """Return the error for an option that is given more than once."""
    return InvalidRequest(f"Option {name[:40]!r} is given twice. Give it once.")


@dataclass(frozen=True, slots=True)
class Options:
    """The options that differ from the defaults, sorted by name.

    Attributes:
        chosen: (name, value) pairs, each value as the parameter's `read` returned it.
    """

    chosen: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def read(
        cls,
        values: Mapping[str, object],
        effects: Sequence[Effect],
        spellings: Mapping[str, str] = _AS_NAMED,
    ) -> Options:
        """Validate values against the effects of an order.

        An option may belong to only some of the effects; the others ignore it.

        Args:
            values: text or typed values by option name.
            effects: at least one.
            spellings: how a caller writes the options whose names it does not use, such as `--max-bytes`;
                error messages use them.

        Raises:
            UnknownOption: no effect of the order has an option of this name.
            InvalidOption: a value is out of range, malformed, or beyond a limit of the platform; or both fps
                and frames are given; or the text form of all options would be too long.
        """
        chosen: dict[str, Value] = {}
        for name, value in values.items():
            params = _find_params(name, effects)
            if not params:
                raise _unknown_option(name, effects, spellings)
            for param in params:
                chosen[name] = replace(param, name=spellings.get(name, name)).read(value)
        _check_platform(chosen, spellings)
        if chosen.get(FPS.name) and chosen.get(FRAMES.name):
            fps, frames = (spellings.get(option.name, option.name) for option in (FPS, FRAMES))
            raise InvalidOption(f"{fps} and {frames} are both given. Give one of them.")
        kept = {name for effect in effects for name in _non_default_names(effect, chosen)}
        options = cls(tuple(sorted((name, chosen[name]) for name in kept)))
        if (excess := len(str(options)) - MAX_NAME_CHARS) > 0:
            raise InvalidOption(f"All options together are {excess} characters too long. {_SHORTEN_ADVICE}")
        return options

    @classmethod
    def parse(cls, text: str, effects: Sequence[Effect]) -> Options:
        """Parse the options segment of an object name; the inverse of `str(options)`.

        Raises:
            InvalidKey: the text is not the canonical form.
        """
        if text == NONE:
            return cls()
        pairs = dict(pair.partition("=")[::2] for pair in _BETWEEN_PAIRS.split(text))
        try:
            options = cls.read(_decoded(pairs, effects), effects)
        except (UnknownOption, InvalidOption, ValueError) as error:
            raise InvalidKey(f"The options {text[:80]!r} are not valid: {error}") from error
        if str(options) != text:
            raise InvalidKey(f"{text[:80]!r} is not in canonical form; use {str(options)!r}.")
        return options

    def __str__(self) -> str:
        if not self.chosen:
            return NONE
        return ",".join(f"{name}={_named(value)}" for name, value in self.chosen)

    def of(self, effect: Effect) -> Options:
        """Return the options that one effect has and that differ from its defaults."""
        kept = _non_default_names(effect, dict(self.chosen))
        return Options(tuple((name, value) for name, value in self.chosen if name in kept))

    def values(self, effect: Effect) -> dict[str, Value]:
        """Return the value of every parameter of one effect, including the common ones."""
        chosen = dict(self.chosen)
        defaults = _defaults(effect, chosen)
        return {**defaults, **{name: value for name, value in chosen.items() if name in defaults}}

    @property
    def platform(self) -> Platform | None:
        """The platform that the file is for; None for no platform."""
        return _platform(dict(self.chosen))


def with_defaults(pack: Mapping[str, Value], values: Mapping[str, object]) -> dict[str, object]:
    """Add defaults to values: the platform's take precedence over the pack's.

    Args:
        pack: the option defaults of a pack.
        values: text or typed values by option name; they override both kinds of default.
    """
    platform = PLATFORMS.get(str(values.get(FOR.name)))
    return {**pack, **(platform.defaults if platform else {}), **values}


def _named(value: Value) -> str:
    """Write a value as names of objects contain it: text of the user is encoded."""
    return value.encoded if isinstance(value, UserText) else format_value(value)


def _decoded(pairs: Mapping[str, str], effects: Sequence[Effect]) -> dict[str, str]:
    """Decode the values that are text of the user.

    Raises:
        ValueError: one is not encoded as `UserText.encoded` does it.
    """
    texts = {name for name in pairs if any(isinstance(param, Text) for param in _find_params(name, effects))}
    return {name: UserText.decode(value) if name in texts else value for name, value in pairs.items()}


def _platform(chosen: Mapping[str, Value]) -> Platform | None:
    return PLATFORMS.get(str(chosen.get(FOR.name)))


def _check_platform(chosen: Mapping[str, Value], spellings: Mapping[str, str]) -> None:
    """Reject values beyond the platform's limits: the platform would not accept the file.

    Raises:
        InvalidOption: a value is beyond a limit.
    """
    if platform := _platform(chosen):
        for name, value in chosen.items():
            if problem := platform.option_problem(name, value):
                option, platform_option = spellings.get(name, name), spellings.get(FOR.name, FOR.name)
                message = f"{option}={format_value(value)} is not valid for {platform.name}, which {problem}."
                raise InvalidOption(
                    f"{message} Omit {option}, or choose another platform ({platform_option})."
                )


def _unknown_option(name: str, effects: Sequence[Effect], spellings: Mapping[str, str]) -> UnknownOption:
    names = {param.name for effect in effects for param in (*COMMON, *effect.params)}
    options = sorted(spellings.get(each, each) for each in names)
    near = did_you_mean(name, options)
    return UnknownOption(f"Unknown option {name[:40]!r}. {near}Options: {', '.join(options)}.")


def _defaults(effect: Effect, chosen: Mapping[str, Value]) -> dict[str, Value]:
    """Return an effect's default values; the platform and the calm variant override some."""
    defaults = {param.name: param.default for param in (*COMMON, *effect.params)}
    if platform := _platform(chosen):
        defaults |= platform.defaults
    if chosen.get(CALM.name) == "yes":
        defaults |= effect.calm
    return defaults


def _non_default_names(effect: Effect, chosen: Mapping[str, Value]) -> set[str]:
    """Return the names of the chosen values that differ from the effect's defaults."""
    defaults = _defaults(effect, chosen)
    return {name for name, value in chosen.items() if name in defaults and value != defaults[name]}


def _find_params(name: str, effects: Iterable[Effect]) -> list[Param]:
    return [param for effect in effects for param in (*COMMON, *effect.params) if param.name == name]
