"""Parameters that are text of the user, such as a caption."""

from __future__ import annotations

from base64 import b32decode, b32encode
from dataclasses import dataclass

from gifmill.errors import InvalidOption


@dataclass(frozen=True, slots=True)
class Text:
    """A parameter that is text of the user, such as a caption. Empty text stands for none.

    Attributes:
        name: lower case, words joined by `_`.
        summary: its meaning in one line, without a full stop.
        default: as `read` returns it.
        max_bytes: longest valid text, in bytes of UTF-8.
    """

    name: str
    summary: str
    default: str = ""
    max_bytes: int = 120

    @property
    def kind(self) -> str:
        """The type's name in JSON documents."""
        return "text"

    @property
    def valid(self) -> str:
        """The valid values as text for help and errors."""
        return f"text of up to {self.max_bytes} bytes in UTF-8"

    def read(self, value: object) -> UserText:
        """Return the text in normal form C, without white space at its ends.

        Line breaks are valid, also as CR LF; they become LF.

        Raises:
            InvalidOption: no text, too long, or with control or formatting characters. The message does not
                have the text.

        Source: Unicode Standard Annex 15 (normalisation forms).
        """
        if not isinstance(value, str):
            raise InvalidOption(f"{self.name} is {type(value).__name__}. Use {self.valid}.")
        from unicodedata import category, name, normalize  # 1 ms that an order without text saves

        text = normalize("NFC", value.replace("\r\n", "\n")).strip()
        for character in text:
            if category(character) in _INVISIBLE and character not in _ALLOWED_INVISIBLE:
                shown = f"U+{ord(character):04X} {name(character, '')}".rstrip()
                raise InvalidOption(f"{self.name} has the character {shown}. Remove it.")
        if (length := len(text.encode())) > self.max_bytes:
            raise InvalidOption(f"{self.name} has {length} bytes in UTF-8. Use {self.valid}.")
        return UserText(text)


class UserText(str):
    """A value of a `Text` parameter: it is encoded in names of objects, and never logged."""

    __slots__ = ()

    @property
    def encoded(self) -> str:
        """The text in lower-case letters and digits.

        base64url would be shorter, but file systems that ignore case would confuse two texts.

        Source: RFC 4648, section 6 (base32, without padding).
        """
        return b32encode(self.encode()).decode().rstrip("=").lower()

    @classmethod
    def decode(cls, encoded: str) -> UserText:
        """Return the text of `encoded`.

        Raises:
            ValueError: not base32, or not UTF-8.
        """
        padding = "=" * (-len(encoded) % 8)
        return cls(b32decode(f"{encoded.upper()}{padding}").decode())


_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that show nothing, or change how others are shown."""

_ALLOWED_INVISIBLE = frozenset("\n\u200c\u200d") | {chr(code) for code in range(0xE0020, 0xE0080)}
"""Line breaks, joiners of letters and emoji, and tags, which the flags of regions have."""
