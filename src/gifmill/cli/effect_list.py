"""The effects, common options and packs as text, for `gifmill effects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gifmill.effects import PACK_OPTIONS, PACKS, Choice, Text, all_effects, format_value, select_effects
from gifmill.rendering import COMMON, describe_effects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gifmill.effects import Effect, Param, Value


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


def show_effect(name: str) -> Iterator[str]:
    """Yield the lines about one effect or pack, with commands to try.

    Raises:
        UnknownEffect: no effect or pack has this name.
    """
    effects = select_effects(name)
    yield from _pack_lines(name, effects) if name in PACKS else _effect_lines(effects[0])
    yield "\nOptions of all effects are listed by `gifmill effects`."


def describe_effect(name: str) -> dict[str, Any]:
    """Return one effect or pack as a JSON-ready document.

    Raises:
        UnknownEffect: no effect or pack has this name.
    """
    select_effects(name)
    document = describe_effects()
    if name in PACKS:
        return {"name": name, "effects": document["packs"][name], "options": document["pack_options"][name]}
    found: dict[str, Any] = next(each for each in document["effects"] if each["name"] == name)
    return found


def _effect_lines(effect: Effect) -> Iterator[str]:
    yield f"{effect.name}: {effect.summary}"
    yield "\nParameters (-p NAME=VALUE):"
    yield from _param_lines(effect.params, 0)
    if effect.calm:
        yield f"\nWith --calm: {_values(effect.calm)}"
    packs = [pack for pack, names in PACKS.items() if effect.name in names]
    if packs:
        yield f"\nPacks: {', '.join(packs)}"
    yield "\nExamples:"
    yield f"  gifmill make PHOTO -e {effect.name}"
    if effect.params:
        yield f"  gifmill make PHOTO -e {effect.name} -p {effect.params[0].name}={_example(effect.params[0])}"


def _pack_lines(name: str, effects: Sequence[Effect]) -> Iterator[str]:
    yield f"{name}: a pack of {len(effects)} effects"
    yield "\nEffects:"
    width = max(len(effect.name) for effect in effects)
    for effect in effects:
        yield f"  {effect.name:<{width}}  {effect.summary}"
    if name in PACK_OPTIONS:
        yield f"\nDefaults: {_values(PACK_OPTIONS[name])}"
    yield "\nExample:"
    yield f"  gifmill make PHOTO --pack {name}"


def _values(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={format_value(value)}" for name, value in values.items())


def _example(param: Param) -> str:
    """Return a valid value that is not the default."""
    if isinstance(param, Choice):
        return next(choice for choice in param.choices if choice != param.default)
    if isinstance(param, Text):
        return "Hello"
    return format_value(param.maximum if param.default != param.maximum else param.minimum)


def _param_lines(params: Sequence[Param], indent: int) -> Iterator[str]:
    for param in params:
        yield f"{'':{indent}}  {param.name}={format_value(param.default)}  {param.summary}; {param.valid}"
