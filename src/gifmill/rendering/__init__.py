"""From a photo, an effect and its options to the bytes of an animation.

The package cannot be called `render`: importing it would replace the function `gifmill.render`.
"""

from typing import TYPE_CHECKING

from gifmill.lazy_imports import lazy_names
from gifmill.rendering.catalogue import describe_effects
from gifmill.rendering.options import (
    CALM,
    COMMON,
    CROP,
    FORMAT,
    MAX_BYTES,
    SIZE,
    Options,
    option_given_twice,
    with_defaults,
)
from gifmill.rendering.platforms import PLATFORMS, Platform

if TYPE_CHECKING:
    from gifmill.rendering.atomic_file import check_writable
    from gifmill.rendering.declared_defaults import (
        declared_default,
        without_declared_defaults,
        without_unused_defaults,
    )
    from gifmill.rendering.library_call import render
    from gifmill.rendering.option_types import EffectName, FormatName, PackName, PlatformName, PresetName
    from gifmill.rendering.renderer import render_options
    from gifmill.rendering.result import Gif

__all__ = [
    "CALM",
    "COMMON",
    "CROP",
    "FORMAT",
    "MAX_BYTES",
    "PLATFORMS",
    "SIZE",
    "EffectName",
    "FormatName",
    "Gif",
    "Options",
    "PackName",
    "Platform",
    "PlatformName",
    "PresetName",
    "check_writable",
    "declared_default",
    "describe_effects",
    "option_given_twice",
    "render",
    "render_options",
    "with_defaults",
    "without_declared_defaults",
    "without_unused_defaults",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    atomic_file="check_writable",
    declared_defaults="declared_default without_declared_defaults without_unused_defaults",
    library_call="render",
    option_types="EffectName FormatName PackName PlatformName PresetName",
    renderer="render_options",
    result="Gif",
)
