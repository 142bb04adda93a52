"""The parameter `background`: automatic, transparent, or a colour."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gifmill.effects.params import Choice, Value

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@dataclass(frozen=True, slots=True)
class Background(Choice):
    """A parameter that is one of a few words, or a colour."""

    @property
    def valid(self) -> str:
        """The valid values as text for help and errors."""
        return f"{', '.join(self.choices)}, or a colour such as white, #fff or #ffeecc"

    def read(self, value: object) -> Value:
        """Return a word, or a colour in its only form: six lower-case hexadecimal digits, such as "ffeecc".

        Args:
            value: a word; or a colour as text: a name of CSS, or three or six hexadecimal digits with or
                without "#"; or as three whole numbers from 0 to 255, red, green and blue.

        Raises:
            InvalidOption: the value is none of these.
        """
        if isinstance(value, list | tuple) and len(value) == 3:
            if all(isinstance(level, int) and 0 <= level <= 255 for level in value):
                return "{:02x}{:02x}{:02x}".format(*value)
            raise self._invalid(value)
        if not isinstance(value, str):
            raise self._invalid(value)
        if value in self.choices:
            return value
        if digits := _HEX.fullmatch(value):
            text = digits[1].lower()
            return text if len(text) == 6 else "".join(2 * digit for digit in text)
        from PIL import ImageColor  # few orders name a colour

        if value.lower() not in ImageColor.colormap:
            raise self._invalid(value)
        return "{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(value.lower()))


def colour_of(background: str) -> tuple[int, int, int] | None:
    """Return the colour of a value of `Background` as red, green and blue; None for a word."""
    if not _HEX.fullmatch(background):
        return None
    red, green, blue = bytes.fromhex(background)
    return red, green, blue
