"""What the contest tells: medians an animation, means over animations, all beside one baseline."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, geometric_mean, median
from typing import TYPE_CHECKING

from bench.report import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.contest import Job, Run
    from bench.quality import Quality

BASELINE = "Pillow"
GOAL = "gifmill balanced"

HEADER = ("encoder", "ms", "+ frames", "kB", "dE", "dE p95", "SSIMULACRA2", "time : Pillow", "bytes : Pillow")


@dataclass(frozen=True, slots=True)
class Row:
    """What one encoder did with one animation, or with several on average."""

    photo: str
    effect: str
    encoder: str
    encode_ms: float
    whole_ms: float | None
    kilobytes: float
    de_mean: float
    de_p95: float
    ssimulacra2: float


def row(job: Job, encoder: str, runs: Sequence[Run], figures: Quality) -> Row:
    """The medians of an encoder's runs, with the quality of what it wrote."""
    whole_s = [run.encode_s + run.frames_s for run in runs if run.frames_s is not None]
    return Row(
        job.photo,
        job.effect.name,
        encoder,
        1000 * median(run.encode_s for run in runs),
        1000 * median(whole_s) if whole_s else None,
        len(runs[-1].gif) / 1000,
        figures.de_mean,
        figures.de_p95,
        figures.ssimulacra2,
    )


def mean(rows: Sequence[Row], effect: str, encoder: str) -> Row:
    """Several rows as one: geometric means of time and bytes, arithmetic means of quality."""
    whole_ms = [row.whole_ms for row in rows if row.whole_ms is not None]
    return Row(
        "all",
        effect,
        encoder,
        geometric_mean(row.encode_ms for row in rows),
        geometric_mean(whole_ms) if whole_ms else None,
        geometric_mean(row.kilobytes for row in rows),
        fmean(row.de_mean for row in rows),
        fmean(row.de_p95 for row in rows),
        fmean(row.ssimulacra2 for row in rows),
    )


def means(rows: Sequence[Row], effect: str | None = None) -> list[Row]:
    """For each encoder its mean over one effect, or over all."""
    chosen = [row for row in rows if effect in {None, row.effect}]
    encoders = dict.fromkeys(row.encoder for row in rows)
    return [mean([row for row in chosen if row.encoder == name], effect or "all", name) for name in encoders]


def formatted(rows: Sequence[Row]) -> str:
    """Rows as a table, each beside the baseline."""
    base = next(row for row in rows if row.encoder == BASELINE)
    lines = [
        (
            row.encoder,
            f"{row.encode_ms:.1f}",
            "" if row.whole_ms is None else f"{row.whole_ms:.1f}",
            f"{row.kilobytes:.1f}",
            f"{row.de_mean:.3f}",
            f"{row.de_p95:.2f}",
            f"{row.ssimulacra2:.1f}",
            f"{row.encode_ms / base.encode_ms:.3f}",
            f"{row.kilobytes / base.kilobytes:.3f}",
        )
        for row in rows
    ]
    return table(HEADER, lines)


def verdict(rows: Sequence[Row]) -> str:
    """Whether our default reaches its goal beside the baseline, figure by figure."""
    base = next(row for row in rows if row.encoder == BASELINE)
    best = next(row for row in rows if row.encoder == GOAL)
    checks = {
        f"time {best.encode_ms / base.encode_ms:.3f} <= 0.2": best.encode_ms <= base.encode_ms / 5,
        f"bytes {best.kilobytes / base.kilobytes:.3f} <= 0.92": best.kilobytes <= base.kilobytes * 0.92,
        f"dE {best.de_mean:.3f} < {base.de_mean:.3f}": best.de_mean < base.de_mean,
        f"SSIMULACRA2 {best.ssimulacra2:.1f} > {base.ssimulacra2:.1f}": best.ssimulacra2 > base.ssimulacra2,
    }
    told = "; ".join(f"{check}: {'yes' if met else 'NO'}" for check, met in checks.items())
    return f"Goal of {GOAL} beside {BASELINE}: {'met' if all(checks.values()) else 'NOT MET'} ({told})."
