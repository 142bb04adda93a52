"""The effects: pure functions from a photo to an animation, their parameters, and their registry.

Importing the registry imports no numpy: the function of an effect is imported when it renders.
"""

from typing import TYPE_CHECKING

from gifmill.effects.background import Background, colour_of
from gifmill.effects.caption_params import (
    CAPTION,
    CAPTION_MOTION,
    CAPTION_PARAMS,
    CAPTION_PLACE,
    CAPTION_STYLE,
)
from gifmill.effects.effect import Effect
from gifmill.effects.effect_lookup import all_effects, find_effect, select_effects
from gifmill.effects.effect_table import EffectTable
from gifmill.effects.packs import PACK_OPTIONS, PACKS
from gifmill.effects.params import Choice, Focus, Number, Param, Value, display_value, format_value
from gifmill.effects.registry import EFFECTS
from gifmill.effects.shared_params import BACKGROUND, FOCUS
from gifmill.effects.user_text import Text, UserText
from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill.effects.affine_camera import AffineCamera
    from gifmill.effects.backdrop import (
        BackdropColours,
        backdrop_colours,
        circle_mask,
        masked,
        plain_canvas,
        surroundings,
    )
    from gifmill.effects.seamless_loop import loop, phases
    from gifmill.effects.sprites import Position, Sprite, ellipse_sprite, photo_card

__all__ = [
    "BACKGROUND",
    "CAPTION",
    "CAPTION_MOTION",
    "CAPTION_PARAMS",
    "CAPTION_PLACE",
    "CAPTION_STYLE",
    "EFFECTS",
    "FOCUS",
    "PACKS",
    "PACK_OPTIONS",
    "AffineCamera",
    "BackdropColours",
    "Background",
    "Choice",
    "Effect",
    "EffectTable",
    "Focus",
    "Number",
    "Param",
    "Position",
    "Sprite",
    "Text",
    "UserText",
    "Value",
    "all_effects",
    "backdrop_colours",
    "circle_mask",
    "colour_of",
    "display_value",
    "ellipse_sprite",
    "find_effect",
    "format_value",
    "loop",
    "masked",
    "phases",
    "photo_card",
    "plain_canvas",
    "select_effects",
    "surroundings",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    affine_camera="AffineCamera",
    backdrop="BackdropColours backdrop_colours circle_mask masked plain_canvas surroundings",
    seamless_loop="loop phases",
    sprites="Position Sprite ellipse_sprite photo_card",
)
