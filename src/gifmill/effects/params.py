"""Parameters of effects and common options: name, valid values, default, summary.

A parameter reads text (of a query, a command line, an object's name) and values of library calls alike. Each
value is written in exactly one way, so that equal orders have equal object names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from numbers import Integral, Rational, Real

from gifmill.effects.user_text import Text
from gifmill.errors import InvalidOption
from gifmill.suggestions import did_you_mean

type Value = int | float | str
"""A value of a parameter."""

_MAX_SHOWN_CHARS = 40

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Number:
    """A parameter that is a number: a multiple of `step` within a range.

    Attributes:
        name: lower case, words joined by `_`.
        summary: its meaning in one line, without a full stop.
        default: in `unit`; like the range, an integer if the step is one.
        minimum: smallest valid value, in `unit`.
        maximum: largest valid value, in `unit`.
        step: a value that is not a multiple of it is rejected, never rounded.
        unit: "px", "s", "%", "°" ..., or empty for a count.
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
        """The type's name in JSON documents: "integer" or "number"."""
        return "integer" if isinstance(self.step, int) else "number"

    @property
    def valid(self) -> str:
        """The valid values as text for help and errors."""
        unit = f" {self.unit}" if self.unit else ""
        step = "a whole number" if self.kind == "integer" else f"a multiple of {self.step}"
        return f"{step} from {self.minimum} to {self.maximum}{unit}"

    def read(self, value: object) -> Value:
        """Parse a number, or text without exponent, sign `+`, blank or leading zero.

        Raises:
            InvalidOption: not a number, out of range, or not a multiple of the step.
        """
        if isinstance(value, bool):
            raise self._invalid(value)
        # numpy's numbers are not Python's. A fraction may be too large for a float.
        if isinstance(value, Integral):
            value = int(value)
        elif isinstance(value, Real) and not isinstance(value, Rational):
            value = float(value)
        if not isinstance(value, int | float | str):
            raise self._invalid(value)
        if not _DECIMAL.fullmatch(text := format_value(value)):
            raise self._invalid(value)
        number = Decimal(text)
        if not Decimal(str(self.minimum)) <= number <= Decimal(str(self.maximum)):
            raise self._invalid(value)
        if number % Decimal(str(self.step)):
            raise self._invalid(value)
        return int(number) if self.kind == "integer" else float(number)

    def _invalid(self, value: object) -> InvalidOption:
        return InvalidOption(f"{self.name}={display_value(value)} is not valid. Use {self.valid}.")


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter that is one of a few words.

    Attributes:
        name: lower case, words joined by `_`.
        summary: its meaning in one line, without a full stop.
        default: one of `choices`.
        choices: the valid values.
    """

    name: str
    summary: str
    default: str
    choices: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The type's name in JSON documents."""
        return "choice"

    @property
    def valid(self) -> str:
        """The valid values as text for help and errors."""
        return f"one of {', '.join(self.choices)}"

    def read(self, value: object) -> Value:
        """Return the value if it is one of the choices, compared exactly; true is yes, and false is no.

        Raises:
            InvalidOption: the value is not one of the choices.
        """
        if isinstance(value, bool) and set(self.choices) == {"no", "yes"}:
            return "yes" if value else "no"
        if not isinstance(value, str) or value not in self.choices:
            raise self._invalid(value)
        return value

    def _invalid(self, value: object) -> InvalidOption:
        near = did_you_mean(value, self.choices) if isinstance(value, str) else ""
        return InvalidOption(f"{self.name}={display_value(value)} is not valid. {near}Use {self.valid}.")


@dataclass(frozen=True, slots=True)
class Focus(Choice):
    """A parameter that is a point of the photo: one of a few names, or `x,y`.

    x is 0 at the left edge and 1 at the right one; y is 0 at the top edge and 1 at the bottom one.
    """

    @property
    def valid(self) -> str:
        """The valid values as text for help and errors."""
        return f"{', '.join(self.choices)}, or x,y from 0 to 1 with up to 6 decimals"

    def read(self, value: object) -> Value:
        """Return a name, or a point in its only form: "0.25,0.5".

        Args:
            value: a name, the text of a point, or its two numbers, which are rounded to six decimals.

        Raises:
            InvalidOption: the value is neither a name nor a point in the photo.
        """
        if isinstance(value, str) and value in self.choices:
            return value
        parts = value.split(",") if isinstance(value, str) else value
        if isinstance(parts, list | tuple) and len(parts) == 2:
            try:
                return ",".join(format_value(_FRACTION.read(part)) for part in parts)
            except InvalidOption:
                pass
        raise self._invalid(value)


_FRACTION = Number("fraction", "", 0.5, 0, 1, 0.000_001)

type Param = Number | Choice | Text


def format_value(value: Value) -> str:
    """Write a value in its only form: no exponent, no trailing zero; 3.0 is "3", 0.25 is "0.25"."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    return f"{value:.6f}".rstrip("0").rstrip(".") if isfinite(value) else str(value)


def display_value(value: object) -> str:
    """Return a value as text for an error message, short and printable: text as it is, others as JSON."""
    import json  # 9 ms, which a command without errors saves

    # Python refuses to convert longer ones to text.
    if isinstance(value, int) and abs(value) >= 10**_MAX_SHOWN_CHARS:
        return f"a number with more than {_MAX_SHOWN_CHARS} digits"
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):  # only a library call can pass these
        text = f"a value of type {type(value).__name__}"
    return repr(text[:_MAX_SHOWN_CHARS])[1:-1]
