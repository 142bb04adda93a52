"""One photo in, animated GIFs out.

    photo = gifmill.open_photo("cat.jpg")
    gif = gifmill.render(photo, "blur", preset="balanced", size=480)
    gif.save("cat.gif")

Names are looked up when they are first used, so that `import gifmill` costs nothing. No submodule may bear
one of these names: importing it would put the module in the name's place.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gifmill import effects, errors
    from gifmill.effects import EFFECTS, PACKS, Effect
    from gifmill.errors import GifmillError, InputError
    from gifmill.photo.photo import Photo, open_photo
    from gifmill.rendering.render import Gif, render

__all__ = [
    "EFFECTS",
    "PACKS",
    "Effect",
    "Gif",
    "GifmillError",
    "InputError",
    "Photo",
    "effects",
    "errors",
    "open_photo",
    "render",
]
__version__ = "0.1.0"

_HOME = {
    "EFFECTS": "effects",
    "PACKS": "effects",
    "Effect": "effects",
    "Gif": "rendering.render",
    "GifmillError": "errors",
    "InputError": "errors",
    "Photo": "photo.photo",
    "open_photo": "photo.photo",
    "render": "rendering.render",
}


def __getattr__(name: str) -> object:
    if name in ("effects", "errors"):
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
