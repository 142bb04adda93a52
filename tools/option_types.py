"""Types of the library's names and options, derived from the registry: `make reference` writes them.

`src/gifmill/rendering/option_types.py` is derived completely, `library_call.py` between two markers.
"""

from __future__ import annotations

import subprocess
import sys
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.effects import EFFECTS, PACKS, Background, Choice, Focus
from gifmill.gif import PRESETS
from gifmill.rendering import CALM, COMMON, FORMAT, PLATFORMS, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.effects import Effect, Param

_RENDERING = Path(__file__).parents[1] / "src/gifmill/rendering"
TYPES = _RENDERING / "option_types.py"
CALL = _RENDERING / "library_call.py"

_SPELLINGS = {"for": "target"}
"""Options whose names are keywords of Python."""

_OF_LIBRARY = "allow_flashing: bool"
"""The parameter that only the library and the command have."""

_NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "EffectName": ("a built-in effect", tuple(effect.name for effect in EFFECTS)),
    "PackName": ("a pack of effects", tuple(PACKS)),
    "PresetName": ("a preset of the encoder", tuple(PRESETS)),
    "PlatformName": ("a platform, whose limits the file meets", tuple(PLATFORMS)),
    "FormatName": ("a file format", FORMAT.choices),
}

_HEAD = '''"""Types of names and options; `make reference` writes them from the registry."""

from __future__ import annotations

from typing import Literal, TypedDict
'''

_FALLBACKS = """
@overload
def render(photo: Photo | Source, effect: str, **options: Unpack[of.SharedOptions]) -> Gif: ...
@overload
def render(
    photo: Photo | Source,
    effect: Effect | Callable[..., Animation],
    *,
COMMON    **params: Any,  # noqa: ANN401  # a function may have any
) -> Gif: ...
"""


def option_types() -> str:
    """Return the module of types."""
    return _formatted("\n".join((_HEAD, *_type_lines())))


def with_overloads(module: str) -> str:
    """Return the text of the module of `render` with the current overloads.

    Raises:
        ValueError: a marker is missing.
    """
    first, last = "# overloads\n", "# /overloads\n"
    before, opened, rest = module.partition(first)
    _, closed, after = rest.partition(last)
    if not (opened and closed):
        raise ValueError(f"{CALL.name} has no markers for the overloads.")
    return _formatted(f"{before}{first}{''.join(_overloads())}{last}{after}")


def write_types() -> None:
    """Write both modules."""
    TYPES.write_text(option_types())
    CALL.write_text(with_overloads(CALL.read_text()))


def _formatted(module: str) -> str:
    ruff = [str(Path(sys.executable).with_name("ruff")), "format", "--stdin-filename", str(TYPES), "-"]
    return subprocess.run(ruff, input=module, capture_output=True, check=True, text=True).stdout


def _type_lines() -> Iterator[str]:
    for name, (meaning, values) in _NAMES.items():
        yield from (f"type {name} = {_literal(values)}", f'"""The name of {meaning}."""', "")
    shared = set.intersection(*({_field(param) for param in effect.params} for effect in EFFECTS))
    fields = [*map(_common_field, COMMON), _OF_LIBRARY]
    yield from _typed_dict("CommonOptions", "TypedDict", "Options of all effects.", fields)
    about = "Options of all effects, and parameters that all built-in effects have."
    yield from _typed_dict("SharedOptions", "CommonOptions", about, sorted(shared))
    common = {param.name for param in COMMON}
    for effect in EFFECTS:
        own = [_field(param) for param in effect.params if param.name not in common]
        yield from _typed_dict(_class_name(effect), "CommonOptions", f"Options of `{effect.name}`.", own)


def _typed_dict(name: str, base: str, about: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"class {name}({base}, total=False):", f'    """{about}"""', "")
    yield from (*(f"    {line}" for line in lines), "")


def _overloads() -> Iterator[str]:
    for effect in EFFECTS:
        yield "@overload\ndef render(\n"
        options = f"**options: Unpack[of.{_class_name(effect)}]"
        yield f'    photo: Photo | Source, effect: Literal["{effect.name}"], {options}\n) -> Gif: ...\n'
    lines = (
        f"    {field} = ...,\n" for field in (*(_common_field(param, "of.") for param in COMMON), _OF_LIBRARY)
    )
    yield _FALLBACKS.lstrip().replace("COMMON", "".join(lines))


def _class_name(effect: Effect) -> str:
    return f"{effect.name.title().replace('_', '')}Options"


def _field(param: Param) -> str:
    return f"{param.name}: {_type(param)}"


def _common_field(param: Param, module: str = "") -> str:
    name = _SPELLINGS.get(param.name, param.name)
    optional = " | None" if signature(render).parameters[name].default is None else ""
    kind = "bool" if param.name == CALM.name else _type(param, module)
    return f"{name}: {kind}{optional}"


def _type(param: Param, module: str = "") -> str:
    if isinstance(param, Focus):
        return f"{_literal(param.choices)} | tuple[float, float]"
    if isinstance(param, Background):
        return "str | tuple[int, int, int]"
    if isinstance(param, Choice):
        names = {values: f"{module}{name}" for name, (_, values) in _NAMES.items()}
        none, *others = param.choices
        if tuple(others) in names:
            return f'{names[tuple(others)]} | Literal["{none}"]'
        return names.get(param.choices) or _literal(param.choices)
    return {"text": "str", "integer": "int", "number": "float"}[param.kind]


def _literal(values: Iterable[str]) -> str:
    return f"Literal[{', '.join(f'"{value}"' for value in values)}]"
