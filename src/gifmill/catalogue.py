"""The registry as a document: what `gifmill effects --json` prints and GET /v1/effects answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gifmill.effects import EFFECTS, PACKS
from gifmill.options import COMMON
from gifmill.params import Number

if TYPE_CHECKING:
    from gifmill.params import Param


def catalogue() -> dict[str, Any]:
    """Every effect, pack and common option, ready for JSON.

    Returns:
        `effects`: each with `name`, `summary` and `params`; `packs`: names of effects by name; `options`: the
        parameters that every effect has.
    """
    return {
        "effects": [
            {
                "name": effect.name,
                "summary": effect.summary,
                "params": [_described(param) for param in effect.params],
            }
            for effect in EFFECTS
        ],
        "packs": {name: list(effects) for name, effects in PACKS.items()},
        "options": [_described(param) for param in COMMON],
    }


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
