"""Scaling of encode time: milliseconds against megapixels x frames, with a fitted line."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from bench.encoder_timing import Job
from bench.markdown_tables import table
from gifmill.gif import PRESETS, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

PHOTO = "raccoon"
EFFECTS = ("blur", "cyclic", "zoom", "spin")
SIZES_PX = (240, 480, 720, 1024)
HEADER = ("effect", *(f"{size} px, ms" for size in SIZES_PX), "ms a megapixel x frame", "ms at 0", "R²")


def scaling_table(preset: str, repeats: int = 3) -> str:
    """Return a Markdown table of encode times and fitted lines, one row per effect."""
    lines = []
    for effect in EFFECTS:
        amounts, times = zip(
            *(_cost(Job(PHOTO, effect, size), preset, repeats) for size in SIZES_PX), strict=True
        )
        slope, start, r2 = fit_line(amounts, times)
        lines.append((effect, *(f"{ms:.0f}" for ms in times), f"{slope:.1f}", f"{start:.0f}", f"{r2:.4f}"))
    return table(HEADER, lines)


def _cost(job: Job, preset: str, repeats: int) -> tuple[float, float]:
    """Return an animation's megapixels x frames, and its median encode time in milliseconds."""
    animation = job.animation()
    times_ms = []
    for _ in range(repeats):
        start = perf_counter()
        encode(animation, PRESETS[preset])
        times_ms.append(1000 * (perf_counter() - start))
    width, height = animation.size
    return width * height * len(animation.frames) / 1e6, median(times_ms)


def fit_line(amounts: Sequence[float], times: Sequence[float]) -> tuple[float, float, float]:
    """Fit a line by least squares.

    Returns:
        Slope, intercept, and R² (the fraction of the variance that the line explains).
    """
    slope, start = np.polyfit(amounts, times, 1)
    unexplained = np.var(np.asarray(times) - slope * np.asarray(amounts) - start)
    return float(slope), float(start), float(1 - unexplained / np.var(times))
