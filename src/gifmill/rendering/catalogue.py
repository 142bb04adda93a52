"""The registry as a document, for `gifmill effects --json` and GET /v1/effects, and as a list for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gifmill.effects import PACK_OPTIONS, PACKS, Number, all_effects, write
from gifmill.rendering.options import COMMON
from gifmill.rendering.platforms import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gifmill.effects import Param
    from gifmill.rendering.platforms import Target


def describe_effects() -> dict[str, Any]:
    """Every effect, pack and common option, ready for JSON.

    Returns:
        `effects`: each with `name`, `summary`, `params` and `calm`, their gentler values; `packs`: names of
        effects by name; `pack_options`: what each chooses; `options`: the parameters that every effect has;
        `targets`: the places that `for` knows, with what each chooses of those.
    """
    return {
        "effects": [
            {
                "name": effect.name,
                "summary": effect.summary,
                "params": [_described(param) for param in effect.params],
                "calm": dict(effect.calm),
            }
            for effect in all_effects()
        ],
        "packs": {name: list(effects) for name, effects in PACKS.items()},
        "pack_options": {name: PACK_OPTIONS.get(name, {}) for name in PACKS},
        "options": [_described(param) for param in COMMON],
        "targets": [_described_target(target) for target in TARGETS.values()],
    }


def list_effects() -> Iterator[str]:
    """The same for people, line by line."""
    width = max(len(name) for name in (*PACKS, *(effect.name for effect in all_effects())))
    for effect in all_effects():
        yield f"{effect.name:<{width}}  {effect.summary}"
        yield from _param_lines(effect.params, width)
    yield "\nOptions of every effect:"
    yield from _param_lines(COMMON, 0)
    yield "\nPacks:"
    for name, effects in PACKS.items():
        yield f"  {name:<{width}}  {', '.join(effects)}"


def _described(param: Param) -> dict[str, Any]:
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
    return document | {"choices": list(param.choices)}


def _described_target(target: Target) -> dict[str, Any]:
    """What the place decides, and what it takes instead."""
    document = {"name": target.name, "title": target.title, **target.defaults}
    if target.smallest_px > 1:
        document["minimum_size"] = target.smallest_px
    if target.largest_px is not None:
        document["maximum_size"] = target.largest_px
    return document


def _param_lines(params: Sequence[Param], indent: int) -> Iterator[str]:
    for param in params:
        yield f"{'':{indent}}  {param.name}={write(param.default)}  {param.summary}; {param.valid}"
