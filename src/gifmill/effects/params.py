"""What can be chosen about a GIF: a name, the values it may have, and one line that says what it does.

A parameter reads the text of a query, a command line or an object's name and the value of a library call
alike, and writes each value in exactly one way, so that equal orders have equal names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from numbers import Integral

from gifmill.errors import InvalidOption

type Value = int | float | str

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number within a range, on a grid of steps.

    Attributes:
        name: lower case; words are joined by `_`.
        summary: one line for people, without a full stop.
        default, minimum, maximum: in `unit`; integers where the step is one.
        step: the grid starts at 0; a value between two steps is refused, not rounded.
        unit: "px", "s", "%", "°" ..., or nothing for a count.
    """

    name: str
    summary: str
    default: int | float
    minimum: int | float
    maximum: int | float
    step: int | float = 1
    unit: str = ""

    @property
    def kind(self) -> str:
        """The type's name in documents: "integer" or "number"."""
        return "integer" if isinstance(self.step, int) else "number"

    @property
    def valid(self) -> str:
        """The valid values in words."""
        unit = f" {self.unit}" if self.unit else ""
        step = "a whole number" if self.kind == "integer" else f"a multiple of {self.step}"
        return f"{step} from {self.minimum} to {self.maximum}{unit}"

    def read(self, value: object) -> Value:
        """A value from text (strictly: no exponent, sign `+`, blank or leading zero) or from a number.

        Raises:
            InvalidOption: no number, out of range, or between two steps.
        """
        if isinstance(value, bool):
            raise self._invalid(value)
        if isinstance(value, Integral):
            value = int(value)  # numpy's whole numbers are none of Python's
        if not isinstance(value, int | float | str):
            raise self._invalid(value)
        if not _DECIMAL.fullmatch(text := write(value)):
            raise self._invalid(value)
        number = Decimal(text)
        if not Decimal(str(self.minimum)) <= number <= Decimal(str(self.maximum)):
            raise self._invalid(value)
        if number % Decimal(str(self.step)):
            raise self._invalid(value)
        return int(number) if self.kind == "integer" else float(number)

    def _invalid(self, value: object) -> InvalidOption:
        return InvalidOption(f"{self.name}={_display(value)} is not valid. It takes {self.valid}.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    name: str
    summary: str
    default: str
    choices: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The type's name in documents."""
        return "choice"

    @property
    def valid(self) -> str:
        """The valid values in words."""
        return f"one of {', '.join(self.choices)}"

    def read(self, value: object) -> Value:
        """One of the choices, letter by letter.

        Raises:
            InvalidOption: none of them.
        """
        if not isinstance(value, str) or value not in self.choices:
            raise InvalidOption(f"{self.name}={_display(value)} is not valid. It takes {self.valid}.")
        return value


type Param = Number | Choice


def write(value: Value) -> str:
    """The one way to write a value: no exponent, no trailing zero; 3.0 is "3", 0.25 is "0.25"."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    return f"{value:.6f}".rstrip("0").rstrip(".") if isfinite(value) else str(value)


def _display(value: object) -> str:
    """A value as an error may show it: short, and of characters that can be printed and encoded."""
    if isinstance(value, int) and abs(value) >= 10**_MAX_SHOWN_DIGITS:  # a longer one cannot even be written
        return f"a number of more than {_MAX_SHOWN_DIGITS} digits"
    return repr(str(value)[:_MAX_SHOWN_DIGITS])[1:-1]


_MAX_SHOWN_DIGITS = 40
