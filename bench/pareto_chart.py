"""The Pareto chart: bytes against quality, relative to the default preset, over the same animations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from bench.encoder_results import mean
from bench.encoder_timing import GIFMILL_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

    from bench.encoder_results import Row

DEFAULT = "balanced"
GIFMILL_COLOUR = "#d62f4b"
COLOURS = {
    "gifski": "#1f6fb4",
    "ffmpeg": "#2e8b57",
    "libvips": "#8a5fbf",
    "ImageMagick": "#b8860b",
    "Pillow": "#4d4d4d",
    "gifsicle": "#00868b",
}
"""Colours of peers by the first word of their names."""


def relative_figures(rows: Sequence[Row]) -> dict[str, tuple[float, float, float]]:
    """Return each encoder's figures relative to the default preset, over the animations that it wrote.

    Returns:
        By encoder: ratio of bytes, ratio of dE, difference of SSIMULACRA2.
    """
    base = {(row.photo, row.effect): row for row in rows if row.encoder == GIFMILL_PREFIX + DEFAULT}
    found = {}
    for encoder in dict.fromkeys(row.encoder for row in rows):
        own = [row for row in rows if row.encoder == encoder]
        its, ours = mean(own), mean([base[row.photo, row.effect] for row in own])
        found[encoder] = (
            its.kilobytes / ours.kilobytes,
            its.de_mean / ours.de_mean,
            its.ssimulacra2 - ours.ssimulacra2,
        )
    return found


def draw(rows: Sequence[Row], title: str, path: Path) -> None:
    """Draw the chart of rows of one size and write it as a PNG."""
    points = relative_figures(rows)
    figure = Figure(figsize=(13, 6.4), dpi=110, layout="constrained")
    left, right = figure.subplots(1, 2)
    _panel(left, {name: (size, de) for name, (size, de, _) in points.items()})
    left.set(ylabel="dE : balanced's", yscale="log")
    left.invert_yaxis()
    _ticks(left, (0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4))
    _panel(right, {name: (size, score) for name, (size, _, score) in points.items()})
    right.set_ylabel("SSIMULACRA2 - balanced's")
    figure.suptitle(
        f"{title}\nUp and to the left is better: smaller files, closer to the original", fontsize=12
    )
    figure.draw_without_rendering()
    _label_points(left, {name: (size, de) for name, (size, de, _) in points.items()})
    _label_points(right, {name: (size, score) for name, (size, _, score) in points.items()})
    figure.savefig(path)


def _ticks(axes: Axes, candidates: Iterable[float]) -> None:
    low, high = sorted(axes.get_ylim())
    shown = [candidate for candidate in candidates if low <= candidate <= high]
    axes.set_yticks(shown, [f"{candidate:g}" for candidate in shown])
    axes.set_yticks([], minor=True)


def _panel(axes: Axes, points: dict[str, tuple[float, float]]) -> None:
    ours = {name: point for name, point in points.items() if name.startswith(GIFMILL_PREFIX)}
    axes.plot(
        *zip(*sorted(ours.values()), strict=True), color=GIFMILL_COLOUR, marker="o", linewidth=2, zorder=3
    )
    for name, point in points.items():
        if name not in ours:
            axes.scatter(*point, color=_colour(name), s=34, zorder=2)
    axes.axvline(1, color="#bbbbbb", linewidth=0.8, zorder=0)
    axes.axhline(points[GIFMILL_PREFIX + DEFAULT][1], color="#bbbbbb", linewidth=0.8, zorder=0)
    axes.set_xlabel("bytes : balanced's")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.16, y=0.08)


def _colour(name: str) -> str:
    return (
        GIFMILL_COLOUR if name.startswith(GIFMILL_PREFIX) else COLOURS.get(name.partition(" ")[0], "#000000")
    )


def _label_points(axes: Axes, points: dict[str, tuple[float, float]]) -> None:
    """Label each point with its encoder's name at the position with the fewest overlaps."""
    dots = axes.transData.transform(list(points.values()))
    taken = [Bbox.from_extents(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    for name, point in points.items():
        ours = name.startswith(GIFMILL_PREFIX)
        candidates: list[tuple[int, int, Annotation, Bbox]] = []
        for (x, y), side in _LABEL_OFFSETS:
            label = axes.annotate(
                name.removeprefix(GIFMILL_PREFIX),
                point,
                (x, y),
                textcoords="offset points",
                fontsize=8.5,
                color=_colour(name),
                weight="bold" if ours else "normal",
                ha=side,
                va="center",
                zorder=4,
                path_effects=[withStroke(linewidth=2.5, foreground="white")],
            )
            box = label.get_window_extent()
            candidates.append((box.count_overlaps(taken), len(candidates), label, box))
        best = min(candidates, key=lambda candidate: candidate[:2])
        for candidate in candidates:
            if candidate is not best:
                candidate[2].remove()
        taken.append(best[3])


_LABEL_OFFSETS: tuple[tuple[tuple[int, int], Literal["left", "right", "center"]], ...] = (
    *(((8, up), "left") for up in (0, 6, -6)),
    *(((-8, up), "right") for up in (0, 6, -6)),
    *(((0, up), "center") for up in (12, -12)),
    *(((10, up), "left") for up in (14, -14, 22, -22)),
    *(((-10, up), "right") for up in (14, -14, 22, -22)),
)
"""Possible positions of a label, as offsets from its dot in points, best first."""
