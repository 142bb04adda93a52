"""The error of an effect that failed on a photo, in one wording for all who report it."""

from __future__ import annotations

from gifmill.errors import RenderFailed


def render_failed(effect: str) -> RenderFailed:
    """Return the error for an effect that failed on a photo, by the name of the effect."""
    return RenderFailed(f"The effect {effect} failed on this photo. Try again, or another size or effect.")
