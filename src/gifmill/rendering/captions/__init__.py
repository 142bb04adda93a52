"""Captions: text in one of the bundled fonts, or in one of the system's, over the frames of an animation."""

from gifmill.rendering.captions.caption import Caption, add_caption

__all__ = ["Caption", "add_caption"]
