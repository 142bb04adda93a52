"""Defaults that the OpenAPI document declares: to send one means the same as to omit it.

Generated clients send every declared default with each request, in the query and in the body, also for
options that the ordered effects do not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.effects import PACK_OPTIONS, all_effects
from gifmill.errors import InvalidOption
from gifmill.rendering.options import COMMON
from gifmill.rendering.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gifmill.effects import Effect, Param, Value


def declared_default(name: str) -> Value | None:
    """Return an option's default if its omission always means this value, otherwise None.

    It does not if the default differs by effect, or if a pack, a platform or the calm variant overrides it.
    """
    overriding = (
        *PACK_OPTIONS.values(),
        *(platform.defaults for platform in PLATFORMS.values()),
        *(effect.calm for effect in all_effects()),
    )
    if any(name in defaults for defaults in overriding):
        return None
    return _common_default(name)


def without_declared_defaults(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values without those that equal their declared default."""
    return {
        name: value
        for name, value in values.items()
        if declared_default(name) is None or not _is_default(_params(name)[0], value)
    }


def without_unused_defaults(values: Mapping[str, object], effects: Iterable[Effect]) -> dict[str, object]:
    """Return the values without options that no ordered effect has and that have the default of some effect.

    Other values of such options are left for `Options.read` to reject.
    """
    used = {param.name for effect in effects for param in (*COMMON, *effect.params)}
    return {
        name: value
        for name, value in values.items()
        if name in used or not any(_is_default(param, value) for param in _params(name))
    }


def _params(name: str) -> list[Param]:
    return [
        param
        for param in (*COMMON, *(param for effect in all_effects() for param in effect.params))
        if param.name == name
    ]


def _common_default(name: str) -> Value | None:
    """Return the default of all options of this name; None if they differ or none has this name."""
    defaults = {param.default for param in _params(name)}
    return defaults.pop() if len(defaults) == 1 else None


def _is_default(param: Param, value: object) -> bool:
    try:
        return param.read(value) == param.default
    except InvalidOption:
        return False
