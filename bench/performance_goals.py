"""Performance goals relative to each peer, and their results on average and for each effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from bench.encoder_timing import motion_effects
from bench.markdown_tables import table
from bench.preset_comparison import PresetRatios, compare_presets, select_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.encoder_results import Row


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a preset's figures relative to a peer's.

    Attributes:
        time, size, de, flicker: highest ratio to the peer's figure.
        ssimulacra2: smallest difference from the peer's score, in points.
    """

    time: float
    size: float
    de: float
    ssimulacra2: float
    flicker: float = inf

    def missed(self, own: PresetRatios) -> list[str]:
        """Return the names of the figures that exceed their limit."""
        met = {
            "time": own.time <= self.time,
            "bytes": own.size <= self.size,
            "dE": own.de <= self.de,
            "SSIMULACRA2": own.ssimulacra2 >= self.ssimulacra2,
            "flicker": own.flicker <= self.flicker,
        }
        return [name for name, is_met in met.items() if not is_met]


@dataclass(frozen=True, slots=True)
class Goal:
    """A performance goal relative to one peer.

    Attributes:
        peer: name of the peer.
        presets: presets of which at least one must meet the goal.
        mean: limits of the mean over all effects at 300 px.
        each: limits of each effect, and of the mean at other sizes.
        motion: whether the goal is over effects with motion only.
    """

    peer: str
    presets: tuple[str, ...]
    mean: Limits
    each: Limits
    motion: bool = False

    def best(self, rows: Sequence[Row], limits: Limits) -> tuple[PresetRatios, list[str]] | None:
        """Return the preset with the fewest missed figures, and their names; None if the peer has no rows."""
        owns = [own for own in compare_presets(rows, self.peer) if own.preset in self.presets]
        found = ((own, limits.missed(own)) for own in owns)
        return min(found, key=lambda pair: len(pair[1]), default=None)


DOMINATED = Limits(1, 1, 1, 0)
"""No figure is worse than the peer's."""

_EACH_GIFSKI = Limits(1 / 5, 0.9, 1, 0)
_GIFSICLE = Limits(1 / 15, 0.85, 0.9, 6)

GOALS = (
    Goal("gifski q100", ("balanced",), Limits(1 / 8, 0.75, 0.85, 1), _EACH_GIFSKI),
    Goal("ffmpeg single sierra2_4a", ("balanced",), Limits(1 / 10, 0.75, 1, 1), DOMINATED),
    Goal("ffmpeg single none", ("balanced",), Limits(1 / 10, 0.75, 1, 1), DOMINATED),
    Goal("libvips", ("balanced",), Limits(1 / 25, 0.85, 0.9, 1), DOMINATED),
    Goal("Pillow", ("balanced",), Limits(1 / 8, 0.75, 1, 0), DOMINATED),
    Goal("Pillow FASTOCTREE", ("fast",), Limits(0.6, 0.95, 0.85, 4), DOMINATED),
    Goal("gifsicle -O3 --lossy=15", ("small",), _GIFSICLE, DOMINATED),
    Goal("gifsicle -O3 --lossy=30", ("small",), _GIFSICLE, DOMINATED),
    Goal("gifsicle -O3 --lossy=80", ("small",), _GIFSICLE, DOMINATED),
    Goal(
        "gifski q100",
        ("balanced",),
        Limits(1 / 8, 0.75, 0.85, 1, flicker=0.8),
        replace(_EACH_GIFSKI, flicker=1),
        motion=True,
    ),
)

_MAIN_SIZE_PX = 300
"""The size of the goals of means."""

HEADER = (
    *("peer", "preset", "over", "time", "bytes", "dE", "SSIMULACRA2", "flicker", "met"),
    *("in each effect", "missed"),
)


def goal_table(rows: Sequence[Row], size_px: int) -> str:
    """Return a Markdown table of the goals with missed figures in bold; empty if no peer has rows."""
    lines = list(_lines(rows, size_px))
    return table(HEADER, lines, ("preset", "over", "met", "in each effect", "missed")) if lines else ""


def _lines(rows: Sequence[Row], size_px: int) -> Iterator[tuple[str, ...]]:
    present = list(dict.fromkeys(row.effect for row in rows if row.size_px == size_px))
    for goal in GOALS:
        effects = [effect for effect in present if effect in motion_effects() or not goal.motion]
        limits = goal.mean if size_px == _MAIN_SIZE_PX else goal.each
        found = goal.best(select_rows(rows, size_px, effects), limits)
        if found is None:
            continue
        own, missed = found
        alone = {effect: goal.best(select_rows(rows, size_px, [effect]), goal.each) for effect in effects}
        failed = {effect: best[1] for effect, best in alone.items() if best and best[1]}

        yield (
            goal.peer,
            own.preset,
            f"{len(effects)} {'moving' if goal.motion else 'effect' + 's' * (len(effects) > 1)}",
            _cell(missed, "time", f"{own.time:.3f}", f"<= {limits.time:.3f}"),
            _cell(missed, "bytes", f"{own.size:.3f}", f"<= {limits.size:.2f}"),
            _cell(missed, "dE", f"{own.de:.3f}", f"<= {limits.de:.2f}"),
            _cell(missed, "SSIMULACRA2", f"{own.ssimulacra2:+.1f}", f">= {limits.ssimulacra2:+.1f}"),
            _cell(missed, "flicker", f"{own.flicker:.2f}", f"<= {limits.flicker:.2f}") if goal.motion else "",
            "no" if missed else "yes",
            f"{len(effects) - len(failed)} of {len(effects)}",
            "; ".join(f"{effect} ({', '.join(names)})" for effect, names in failed.items()),
        )


def _cell(missed: Sequence[str], name: str, value: str, limit: str) -> str:
    """Return a figure and its limit, in bold if it misses that."""
    return f"**{value}** ({limit})" if name in missed else f"{value} ({limit})"
