"""The effect registry as JSON, for `gifmill effects --json` and GET /v1/effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gifmill.effects import PACK_OPTIONS, PACKS, Background, Focus, Number, Text, all_effects
from gifmill.rendering.options import COMMON
from gifmill.rendering.platforms import PLATFORMS

if TYPE_CHECKING:
    from gifmill.effects import Param
    from gifmill.rendering.platforms import Platform


def describe_effects() -> dict[str, Any]:
    """Return every effect, pack, common option and platform as a JSON-ready document.

    Returns:
        `effects`: each with `name`, `summary`, `params` and `calm`, the values of its calm variant;
        a parameter with `points` also takes `x,y`, each from 0 to 1, and one with `colours` also takes a
        colour, such as `ffeecc`;
        `packs`: effect names by pack; `pack_options`: option defaults by pack; `options`: the parameters that
        all effects have; `targets`: the platforms of the option `for`, with their option defaults.
    """
    return {
        "effects": [
            {
                "name": effect.name,
                "summary": effect.summary,
                "params": [_describe_param(param) for param in effect.params],
                "calm": dict(effect.calm),
            }
            for effect in all_effects()
        ],
        "packs": {name: list(effects) for name, effects in PACKS.items()},
        "pack_options": {name: PACK_OPTIONS.get(name, {}) for name in PACKS},
        "options": [_describe_param(param) for param in COMMON],
        "targets": [_describe_platform(platform) for platform in PLATFORMS.values()],
    }


def _describe_param(param: Param) -> dict[str, Any]:
    document = {
        "name": param.name,
        "summary": param.summary,
        "type": param.kind,
        "default": param.default,
    }
    if isinstance(param, Number):
        return document | {
            "minimum": param.minimum,
            "maximum": param.maximum,
            "step": param.step,
            "unit": param.unit,
        }
    if isinstance(param, Text):
        return document | {"maximum_bytes": param.max_bytes}
    more = {"points": True} if isinstance(param, Focus) else {}
    more |= {"colours": True} if isinstance(param, Background) else {}
    return document | {"choices": list(param.choices), **more}


def _describe_platform(platform: Platform) -> dict[str, Any]:
    """Return the option defaults and size limits of a platform as a JSON-ready document."""
    document = {"name": platform.name, "title": platform.title, **platform.defaults}
    if platform.min_px > 1:
        document["minimum_size"] = platform.min_px
    if platform.max_px is not None:
        document["maximum_size"] = platform.max_px
    return document
