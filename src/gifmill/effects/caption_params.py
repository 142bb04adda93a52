"""The common options that describe a caption.

An effect may have a caption of its own: `replace(CAPTION, default="...")` among its parameters overrides the
default. The renderer draws it; the effect's function does not get it.
"""

from __future__ import annotations

from gifmill.effects.params import Choice
from gifmill.effects.user_text import Text

CAPTION = Text("caption", "text over the picture; empty = none")
CAPTION_PLACE = Choice("caption_place", "where the caption is", "bottom", ("bottom", "top"))
CAPTION_STYLE = Choice(
    "caption_style",
    "white letters with a black outline, or black letters on a white bar",
    "outline",
    ("outline", "bar"),
)
CAPTION_MOTION = Choice(
    "caption_motion",
    "how the caption moves",
    "static",
    ("static", "typewriter", "wave", "shake"),
)
CAPTION_PARAMS = (CAPTION, CAPTION_MOTION, CAPTION_PLACE, CAPTION_STYLE)
"""The common options that describe a caption, sorted by name."""
