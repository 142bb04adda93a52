"""Easing: changes that begin and end slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def smoothstep[Part: (float, NDArray[np.float64])](part: Part) -> Part:
    """Ease from 0 to 1, slowly at both ends.

    Args:
        part: from 0 to 1.
    """
    return part * part * (3 - 2 * part)
