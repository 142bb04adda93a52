"""One photo in, animated GIFs out.

    photo = gifmill.open_photo("cat.jpg")
    gif = gifmill.render(photo, "blur", preset="balanced", size=480)
    gif.save("cat.gif")

Names are imported when they are first used, so that `import gifmill` is fast. No submodule may have one of
these names: importing it would replace the name by the module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill import effects, errors
    from gifmill.effects import EFFECTS, PACKS, Effect
    from gifmill.errors import GifmillError, InputError
    from gifmill.photo import Photo, open_photo
    from gifmill.rendering import Gif, render

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

_look_up, _ = lazy_names(
    __name__,
    effects="EFFECTS PACKS Effect",
    errors="GifmillError InputError",
    photo="Photo open_photo",
    rendering="Gif render",
)


def __getattr__(name: str) -> object:
    if name in ("effects", "errors"):
        return import_module(f"{__name__}.{name}")
    return _look_up(name)


def __dir__() -> list[str]:
    return sorted(__all__)
