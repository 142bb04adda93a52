"""Performance goals relative to each peer, and their results on average and for each effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.encoder_timing import motion_effects
from bench.markdown_tables import table
from bench.preset_comparison import PresetRatios, compare_presets, select_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.encoder_results import Row


@dataclass(frozen=True, slots=True)
class Goal:
    """A performance goal relative to one peer.

    Attributes:
        peer: name of the peer.
        presets: presets of which at least one must meet the goal.
        time, size, de: highest ratio to the peer's figure.
        ssimulacra2: smallest difference from the peer's score, in points.
        motion: whether the goal is over effects with motion only, with lower flicker as a further condition.
    """

    peer: str
    presets: tuple[str, ...]
    time: float
    size: float
    de: float
    ssimulacra2: float
    motion: bool = False

    def missed(self, own: PresetRatios) -> list[str]:
        """Return the names of the figures that miss the goal."""
        met = {
            "time": own.time <= self.time,
            "bytes": own.size <= self.size,
            "dE": own.de <= self.de,
            "SSIMULACRA2": own.ssimulacra2 >= self.ssimulacra2,
            "flicker": own.flicker < 1 or not self.motion,
        }
        return [name for name, is_met in met.items() if not is_met]

    def best(self, rows: Sequence[Row]) -> tuple[PresetRatios, list[str]] | None:
        """Return the preset with the fewest missed figures, and their names; None if the peer has no rows."""
        owns = [own for own in compare_presets(rows, self.peer) if own.preset in self.presets]
        return min(((own, self.missed(own)) for own in owns), key=lambda pair: len(pair[1]), default=None)


GOALS = (
    Goal("gifski q100", ("balanced",), 1 / 4, 0.85, 0.85, 0.5),
    Goal("ffmpeg single sierra2_4a", ("balanced", "smooth"), 1 / 6, 0.87, 1, 0),
    Goal("ffmpeg single none", ("balanced", "crisp"), 1 / 6, 0.95, 0.75, 0.5),
    Goal("libvips", ("balanced",), 1 / 15, 0.88, 0.8, 0),
    Goal("Pillow", ("balanced",), 1 / 6, 0.9, 1, 0),
    Goal("Pillow FASTOCTREE", ("fast",), 1.05, 1, 0.95, 2),
    Goal("gifsicle -O3 --lossy=15", ("small",), 1 / 7, 0.97, 0.87, 6),  # the 30 of gifsicle 1.93
    Goal("gifsicle -O3 --lossy=30", ("small",), 1 / 7, 0.97, 0.87, 6),
    Goal("gifski q100", ("balanced",), 1 / 4, 0.92, 0.88, 0, motion=True),
)

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
        found = goal.best(select_rows(rows, size_px, effects))
        if found is None:
            continue
        own, missed = found
        alone = {effect: goal.best(select_rows(rows, size_px, [effect])) for effect in effects}
        failed = {effect: best[1] for effect, best in alone.items() if best and best[1]}

        def cell(name: str, value: str, limit: str, missed: Sequence[str] = missed) -> str:
            return f"**{value}** ({limit})" if name in missed else f"{value} ({limit})"

        yield (
            goal.peer,
            own.preset,
            f"{len(effects)} {'moving' if goal.motion else 'effect' + 's' * (len(effects) > 1)}",
            cell("time", f"{own.time:.3f}", f"<= {goal.time:.3f}"),
            cell("bytes", f"{own.size:.3f}", f"<= {goal.size:.2f}"),
            cell("dE", f"{own.de:.3f}", f"<= {goal.de:.2f}"),
            cell("SSIMULACRA2", f"{own.ssimulacra2:+.1f}", f">= {goal.ssimulacra2:+.1f}"),
            cell("flicker", f"{own.flicker:.2f}", "< 1") if goal.motion else "",
            "no" if missed else "yes",
            f"{len(effects) - len(failed)} of {len(effects)}",
            "; ".join(f"{effect} ({', '.join(names)})" for effect, names in failed.items()),
        )
