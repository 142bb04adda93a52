"""Results of the encoder benchmark: one row per animation and encoder, and their means."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, geometric_mean
from typing import TYPE_CHECKING

from bench.markdown_tables import table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bench.encoder_timing import Job, TimedRuns
    from bench.quality import Quality

HEADER = ("encoder", "ms", "kB", "dE", "dE p95", "SSIMULACRA2", "flicker")


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one encoder on one animation, or its mean over several."""

    size_px: int
    photo: str
    effect: str
    encoder: str
    ms: float
    kilobytes: float
    de_mean: float
    de_p95: float
    ssimulacra2: float
    flicker: float


def row(job: Job, encoder: str, turns: TimedRuns, verdict: Quality) -> Row:
    """Combine the median time of an encoder's runs with the size and the quality of its GIF."""
    return Row(
        job.size_px,
        job.photo,
        job.effect,
        encoder,
        turns.median_ms,
        len(turns.gif) / 1000,
        verdict.de_mean,
        verdict.de_p95,
        verdict.ssimulacra2,
        verdict.flicker,
    )


def mean(rows: Sequence[Row]) -> Row:
    """Average rows of one encoder: geometric means of time and bytes, arithmetic means of quality."""
    return Row(
        rows[0].size_px,
        "all",
        "all",
        rows[0].encoder,
        geometric_mean(row.ms for row in rows),
        geometric_mean(row.kilobytes for row in rows),
        fmean(row.de_mean for row in rows),
        fmean(row.de_p95 for row in rows),
        fmean(row.ssimulacra2 for row in rows),
        fmean(row.flicker for row in rows),
    )


def means(rows: Sequence[Row], effects: Collection[str]) -> dict[str, Row]:
    """Return each encoder's mean over the given effects and all photos."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.effect in effects:
            found.setdefault(row.encoder, []).append(row)
    return {encoder: mean(own) for encoder, own in found.items()}


def formatted(rows: Sequence[Row]) -> str:
    """Format rows as a Markdown table."""
    lines = [
        (
            row.encoder,
            f"{row.ms:.1f}",
            f"{row.kilobytes:.1f}",
            f"{row.de_mean:.3f}",
            f"{row.de_p95:.2f}",
            f"{row.ssimulacra2:.1f}",
            f"{row.flicker:.2f}",
        )
        for row in rows
    ]
    return table(HEADER, lines)
