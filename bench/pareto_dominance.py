"""Pareto dominance: is a preset faster, smaller and better than a peer, and if not, by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.encoder_timing import moving
from bench.markdown_tables import table
from bench.preset_comparison import nearest, select_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.encoder_results import Row

HEADER = ("peer", "all effects", "stills", "motion", "each effect", "where not, and by how much the nearest")


def dominated(rows: Sequence[Row], size_px: int, peers: Iterable[str]) -> str:
    """A table with a line for each peer: the preset that dominates it, or the nearest and what that lacks.

    A preset dominates where its time, bytes and dE are at most the peer's and its SSIMULACRA2 is at least the
    peer's, in the mean over the photos; over the effects that move, its flicker is at most the peer's, too.
    """
    effects = list(dict.fromkeys(row.effect for row in rows if row.size_px == size_px))
    motion = [effect for effect in effects if effect in moving()]
    stills = [effect for effect in effects if effect not in motion]
    lines = []
    for peer in peers:
        if not any(row.encoder == peer and row.size_px == size_px for row in rows):
            continue
        missed, held = [], 0
        for effect in effects:
            told, dominates = _describe(select_rows(rows, size_px, [effect]), peer)
            held += dominates
            if told and not dominates:
                missed.append(f"{effect}: {told.removeprefix('no; ')}")
        groups = [
            _describe(select_rows(rows, size_px, group), peer)[0] for group in (effects, stills, motion)
        ]
        lines.append((peer, *groups, f"{held} of {len(effects)}", "; ".join(missed)))
    return table(HEADER, lines, HEADER)


def _describe(rows: Sequence[Row], peer: str) -> tuple[str, bool]:
    """What is said of one group of effects, and whether the peer is dominated there."""
    found = nearest(rows, peer)
    if found is None:
        return "", False
    own, short = found
    return (f"no; {own.preset} {', '.join(short)}" if short else own.preset), not short
