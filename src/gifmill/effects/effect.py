"""An effect's entry in the registry."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from gifmill.effects.caption_params import CAPTION
from gifmill.errors import PluginFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from gifmill.animation import Animation
    from gifmill.effects.params import Param, Value
    from gifmill.photo import Photo


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect's entry in the registry.

    Attributes:
        name: identifier of the effect, and name of its function.
        summary: what one sees, in one line without a full stop.
        module: the module of the function, such as `their_package`; `.motion` is relative to this package.
        params: its own parameters, besides the common options.
        calm: defaults of its parameters in the calm variant.
        function: the function itself, if it need not be imported.
        takes_frames: the function also has a parameter `frames`: the number of frames of one loop.
        takes_alpha: the function draws photos with alpha. Others get photos that were laid on a colour.
        max_aspect: maximum ratio of the longer side to the shorter one; None for any. A longer photo, such as
            a panorama, is cropped around its focal point.
    """

    name: str
    summary: str
    module: str
    params: tuple[Param, ...] = ()
    calm: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    function: Callable[..., Animation] | None = None
    takes_frames: bool = False
    takes_alpha: bool = False
    max_aspect: float | None = None

    if TYPE_CHECKING:  # a dataclass has it; written out, `"spin" in EFFECTS` is no error of mypy --strict

        def __eq__(self, other: object, /) -> bool: ...

    def animate(self, photo: Photo, **params: Value) -> Animation:
        """Render the frames. The same photo and parameters give the same frames.

        Args:
            photo: at the size of the GIF.
            params: the value of each of `self.params`, as returned by its `read`; and `frames`, if it
                takes them. A caption is the renderer's: the function does not get it.
        """
        params.pop(CAPTION.name, None)
        if self.function is not None:
            return self.function(photo, **params)
        function = getattr(self.load(), self.name, None)
        if not callable(function):
            raise PluginFailed(
                f"The effect {self.name!r} is broken: no such function in {self.module}. Uninstall it."
            )
        return cast("Animation", function(photo, **params))

    def load(self) -> ModuleType:
        """Import the module of the function before `animate` needs it.

        Raises:
            PluginFailed: the module cannot be imported.
        """
        try:
            return import_module(self.module, __package__)
        except ImportError as error:
            raise PluginFailed(
                f"The effect {self.name!r} is broken: {error}. Repair or uninstall it."
            ) from error
