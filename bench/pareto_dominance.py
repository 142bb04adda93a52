"""Pareto dominance of presets over peers in time, bytes and quality, and the gap of the nearest preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.encoder_timing import motion_effects
from bench.markdown_tables import table
from bench.preset_comparison import nearest_preset, select_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.encoder_results import Row

HEADER = (
    "peer",
    "all effects",
    "stills",
    "motion",
    "each effect",
    "not dominated: nearest preset, its gap",
)


def dominance_table(rows: Sequence[Row], size_px: int, peers: Iterable[str]) -> str:
    """Return a Markdown table of the preset that dominates each peer, or of the nearest preset and its gap.

    A preset dominates if its mean time, bytes and dE over the photos are at most the peer's and its
    SSIMULACRA2 is at least the peer's. Over the effects with motion, its flicker must be at most the peer's,
    too.
    """
    effects = list(dict.fromkeys(row.effect for row in rows if row.size_px == size_px))
    motion = [effect for effect in effects if effect in motion_effects()]
    stills = [effect for effect in effects if effect not in motion]
    lines = []
    for peer in peers:
        if not any(row.encoder == peer and row.size_px == size_px for row in rows):
            continue
        missed, count = [], 0
        for effect in effects:
            description, dominates = _describe(select_rows(rows, size_px, [effect]), peer)
            count += dominates
            if description and not dominates:
                missed.append(f"{effect}: {description.removeprefix('no; ')}")
        groups = [
            _describe(select_rows(rows, size_px, group), peer)[0] for group in (effects, stills, motion)
        ]
        lines.append((peer, *groups, f"{count} of {len(effects)}", "; ".join(missed)))
    return table(HEADER, lines, HEADER)


def _describe(rows: Sequence[Row], peer: str) -> tuple[str, bool]:
    """Return the table cell for one group of effects, and whether a preset dominates the peer there."""
    found = nearest_preset(rows, peer)
    if found is None:
        return "", False
    own, short = found
    return (f"no; {own.preset} {', '.join(short)}" if short else own.preset), not short
