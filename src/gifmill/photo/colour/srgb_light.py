"""Tables between the levels of sRGB and linear light.

Source: IEC 61966-2-1.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIGHT_STEPS = 65_535
"""Steps of linear light: the darkest level of sRGB has 20 of them."""

_MAX_LEVEL = 255


@cache
def linear_light() -> NDArray[np.float32]:
    """Return the linear light of each level: 0 to 1, float32, shape (256,), read-only."""
    levels = np.arange(_MAX_LEVEL + 1) / _MAX_LEVEL
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return _read_only(light.astype(np.float32))


@cache
def encoded_light() -> NDArray[np.uint8]:
    """Return the level of each step of linear light: uint8, shape (`LIGHT_STEPS` + 1,), read-only."""
    light = np.arange(LIGHT_STEPS + 1) / LIGHT_STEPS
    levels = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return _read_only(np.rint(levels * _MAX_LEVEL).astype(np.uint8))


def _read_only[Table: (NDArray[np.float32], NDArray[np.uint8])](table: Table) -> Table:
    """Return a table that is shared by all callers."""
    table.flags.writeable = False
    return table
