"""Argument types for the benchmarks' command lines."""

from __future__ import annotations

from argparse import ArgumentTypeError


def at_least_one(text: str) -> int:
    """A number of rounds, of GIFs, or of pixels.

    Raises:
        ArgumentTypeError: it is none, or less than one.
    """
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return number
