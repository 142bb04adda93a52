"""Our presets compared with a peer, over the animations that both wrote."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from statistics import fmean
from typing import TYPE_CHECKING

from bench.encoder_results import Row, mean
from bench.encoder_timing import OURS, moving
from gifmill.gif import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SS2_PER_LOG = 20.0
"""How many points of SSIMULACRA2 count as much as a figure that is e times as large, to tell what is near."""


@dataclass(frozen=True, slots=True)
class PresetRatios:
    """One of our presets, as shares of a peer's figures.

    Attributes:
        preset: its name.
        time, size, de: ours / peer's; less is better.
        flicker: the same, of the effects that move alone; 1 where none does.
        ssimulacra2: ours - peer's; more is better.
    """

    preset: str
    time: float
    size: float
    de: float
    flicker: float
    ssimulacra2: float

    def short(self) -> dict[str, float]:
        """The figures that are worse than the peer's, in words, each with how much so."""
        ratios = {"time": self.time, "bytes": self.size, "dE": self.de, "flicker": self.flicker}
        found = {f"{name} x {ratio:.2f}": _log(ratio) for name, ratio in ratios.items() if ratio > 1}
        if self.ssimulacra2 < 0:
            found[f"SSIMULACRA2 {self.ssimulacra2:.1f}"] = -self.ssimulacra2 / SS2_PER_LOG
        return found


def _log(ratio: float) -> float:
    return inf if ratio == inf else log(ratio)


def select_rows(rows: Iterable[Row], size_px: int, effects: Iterable[str]) -> list[Row]:
    """The rows of one size and of some effects."""
    wanted = set(effects)
    return [row for row in rows if row.size_px == size_px and row.effect in wanted]


def compare_presets(rows: Sequence[Row], peer: str) -> list[PresetRatios]:
    """Every preset beside a peer; none where that did not take part."""
    theirs = {(row.photo, row.effect): row for row in rows if row.encoder == peer}
    if not theirs:
        return []
    their = mean(list(theirs.values()))
    crawl = _flicker(theirs.values())
    found = []
    for preset in PRESETS:
        own = [row for row in rows if row.encoder == OURS + preset and (row.photo, row.effect) in theirs]
        our = mean(own)
        found.append(
            PresetRatios(
                preset,
                our.ms / their.ms,
                our.kilobytes / their.kilobytes,
                _ratio(our.de_mean, their.de_mean),
                _ratio(_flicker(own), crawl),
                our.ssimulacra2 - their.ssimulacra2,
            )
        )
    return found


def _flicker(rows: Iterable[Row]) -> float:
    """The mean of those that move: what stands still between a few changes cannot crawl."""
    return fmean([row.flicker for row in rows if row.effect in moving()] or [0.0])


def _ratio(ours: float, theirs: float) -> float:
    """Both may be exact."""
    if theirs:
        return ours / theirs
    return inf if ours else 1.0


def nearest(rows: Sequence[Row], peer: str) -> tuple[PresetRatios, dict[str, float]] | None:
    """The preset that comes nearest to dominating a peer, and what it lacks: nothing where it dominates.

    Returns:
        None where the peer did not take part.
    """
    pairs = [(own, own.short()) for own in compare_presets(rows, peer)]
    return min(pairs, key=lambda pair: sum(pair[1].values()), default=None)
