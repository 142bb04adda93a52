"""The effects, common options and packs as text, for `gifmill effects`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.effects import PACKS, all_effects, format_value
from gifmill.rendering import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gifmill.effects import Param


def list_effects() -> Iterator[str]:
    """Yield the lines of the list."""
    width = max(len(name) for name in (*PACKS, *(effect.name for effect in all_effects())))
    for effect in all_effects():
        yield f"{effect.name:<{width}}  {effect.summary}"
        yield from _param_lines(effect.params, width)
    yield "\nOptions of all effects:"
    yield from _param_lines(COMMON, 0)
    yield "\nPacks:"
    for name, effects in PACKS.items():
        yield f"  {name:<{width}}  {', '.join(effects)}"


def _param_lines(params: Sequence[Param], indent: int) -> Iterator[str]:
    for param in params:
        yield f"{'':{indent}}  {param.name}={format_value(param.default)}  {param.summary}; {param.valid}"
