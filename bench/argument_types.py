"""Argument types for the benchmarks' command lines."""

from __future__ import annotations

from argparse import ArgumentTypeError


def at_least_one(text: str) -> int:
    """Parse a whole number of at least 1, such as rounds, GIFs or pixels.

    Raises:
        ArgumentTypeError: the text is not a whole number, or the number is less than 1.
    """
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return number
