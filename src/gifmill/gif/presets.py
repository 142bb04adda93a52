"""What the encoder can favour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """Constants of one way to encode."""

    name: str


PRESETS: dict[str, Preset] = {name: Preset(name) for name in ("fast", "small", "balanced", "smooth")}
