"""The effects: pure functions from a photo to an animation, their parameters, and their registry.

Importing the registry imports no numpy: the function of an effect is imported when it renders.
"""

from typing import TYPE_CHECKING

from gifmill.effects.effect import Effect
from gifmill.effects.effect_lookup import all_effects, find_effect, select_effects
from gifmill.effects.effect_table import EffectTable
from gifmill.effects.params import Choice, Focus, Number, Param, Value, display_value, format_value
from gifmill.effects.registry import EFFECTS, FOCUS, PACK_OPTIONS, PACKS
from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill.effects.seamless_loop import loop, phases

__all__ = [
    "EFFECTS",
    "FOCUS",
    "PACKS",
    "PACK_OPTIONS",
    "Choice",
    "Effect",
    "EffectTable",
    "Focus",
    "Number",
    "Param",
    "Value",
    "all_effects",
    "display_value",
    "find_effect",
    "format_value",
    "loop",
    "phases",
    "select_effects",
]

__getattr__, __dir__ = lazy_names(__name__, seamless_loop="loop phases")
