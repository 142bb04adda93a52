"""The presets of gifmill compared with a peer, over the animations that both wrote."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from statistics import fmean
from typing import TYPE_CHECKING

from bench.encoder_results import Row, mean
from bench.encoder_timing import GIFMILL_PREFIX, motion_effects
from gifmill.gif import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SS2_PER_LOG = 20.0
"""Points of SSIMULACRA2 that weigh as much as a factor of e in another figure, in the distance to a peer."""


@dataclass(frozen=True, slots=True)
class PresetRatios:
    """The figures of one preset relative to a peer's.

    Attributes:
        preset: name of the preset.
        time, size, de: ratio of the preset's figure to the peer's; lower is better.
        flicker: the same ratio, over effects with motion only; 1 without such effects.
        ssimulacra2: the preset's score minus the peer's; higher is better.
    """

    preset: str
    time: float
    size: float
    de: float
    flicker: float
    ssimulacra2: float

    def worse_figures(self) -> dict[str, float]:
        """Return descriptions of the figures worse than the peer's, each with its distance."""
        ratios = {"time": self.time, "bytes": self.size, "dE": self.de, "flicker": self.flicker}
        found = {f"{name} x {ratio:.2f}": _log(ratio) for name, ratio in ratios.items() if ratio > 1}
        if self.ssimulacra2 < 0:
            found[f"SSIMULACRA2 {self.ssimulacra2:.1f}"] = -self.ssimulacra2 / SS2_PER_LOG
        return found


def _log(ratio: float) -> float:
    return inf if ratio == inf else log(ratio)


def select_rows(rows: Iterable[Row], size_px: int, effects: Iterable[str]) -> list[Row]:
    """Return the rows of one size and of the given effects."""
    wanted = set(effects)
    return [row for row in rows if row.size_px == size_px and row.effect in wanted]


def compare_presets(rows: Sequence[Row], peer: str) -> list[PresetRatios]:
    """Compare every preset with a peer; return an empty list if the peer has no rows."""
    peer_rows = {(row.photo, row.effect): row for row in rows if row.encoder == peer}
    if not peer_rows:
        return []
    peer_mean = mean(list(peer_rows.values()))
    peer_flicker = _flicker(peer_rows.values())
    found = []
    for preset in PRESETS:
        own = [
            row
            for row in rows
            if row.encoder == GIFMILL_PREFIX + preset and (row.photo, row.effect) in peer_rows
        ]
        preset_mean = mean(own)
        found.append(
            PresetRatios(
                preset,
                preset_mean.ms / peer_mean.ms,
                preset_mean.kilobytes / peer_mean.kilobytes,
                _ratio(preset_mean.de_mean, peer_mean.de_mean),
                _ratio(_flicker(own), peer_flicker),
                preset_mean.ssimulacra2 - peer_mean.ssimulacra2,
            )
        )
    return found


def _flicker(rows: Iterable[Row]) -> float:
    """Average flicker over effects with motion; others are still between changes and cannot flicker."""
    return fmean([row.flicker for row in rows if row.effect in motion_effects()] or [0.0])


def _ratio(preset_error: float, peer_error: float) -> float:
    """Divide two errors, of which either may be 0."""
    if peer_error:
        return preset_error / peer_error
    return inf if preset_error else 1.0


def nearest_preset(rows: Sequence[Row], peer: str) -> tuple[PresetRatios, dict[str, float]] | None:
    """Return the preset nearest to Pareto dominance over a peer.

    Returns:
        The preset, and its figures worse than the peer's (empty if it dominates). None if the peer has no
        rows.
    """
    pairs = [(own, own.worse_figures()) for own in compare_presets(rows, peer)]
    return min(pairs, key=lambda pair: sum(pair[1].values()), default=None)
