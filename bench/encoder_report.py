"""The encoder benchmark's report as a Markdown page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.encoder_results import formatted, means
from bench.encoder_timing import motion_effects
from bench.external_programs import ffmpeg
from bench.markdown_tables import machine
from bench.pareto_dominance import dominance_table
from bench.peers import PEERS
from bench.performance_goals import goal_table
from bench.preset_comparison import select_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.encoder_results import Row


def conditions(rows: Sequence[Row], repeats: int) -> str:
    """Return the date, machine, versions, missing encoders and decoders of a benchmark run."""
    took_part = {row.encoder for row in rows}
    versions = {name: peer.version() for name, peer in PEERS.items()}
    missing = [name for name, version in versions.items() if version is None]
    used = dict.fromkeys(version for name, version in versions.items() if version and name in took_part)
    return "\n".join(
        [
            f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine('numpy')}.",
            f"Peers: {', '.join(used) or 'none'}.",
            f"Missing on this machine: {', '.join(missing) or 'none'}.",
            f"Decoded by {_decoders()}.",
            f"Medians of {repeats} interleaved round{'s' * (repeats > 1)}; slow encoders run once.",
        ]
    )


def _decoders() -> str:
    found = ffmpeg()
    if found is None:
        return "Pillow alone (ffmpeg is missing)"
    return f"Pillow and by ffmpeg {found.version}, which agree on every pixel"


def findings(rows: Sequence[Row]) -> str:
    """Return the sections on goals, Pareto dominance and means, size by size."""
    return "\n\n".join(section for size_px in _sizes(rows) for section in _of_size(rows, size_px))


def _sizes(rows: Sequence[Row]) -> list[int]:
    return list(dict.fromkeys(row.size_px for row in rows))


def _of_size(rows: Sequence[Row], size_px: int) -> Iterator[str]:
    own = [row for row in rows if row.size_px == size_px]
    effects = list(dict.fromkeys(row.effect for row in own))
    photos = list(dict.fromkeys(row.photo for row in own))
    if goals := goal_table(own, size_px):
        yield f"## Goals at {size_px} px\n\n{_over(photos)}\n\n{goals}"
    if any(row.encoder in PEERS for row in own):
        yield f"## Pareto dominance at {size_px} px\n\n{dominance_table(own, size_px, PEERS)}"
    yield f"## Means at {size_px} px\n\n{_over(photos)}"
    motion = [effect for effect in effects if effect in motion_effects()]
    stills = [effect for effect in effects if effect not in motion]
    groups = {"All effects": effects, "Stills": stills, "Motion": motion}
    groups |= {effect: [effect] for effect in effects}
    for title, group in groups.items():
        if group and (len(group) < len(effects) or title == "All effects"):
            yield from _tables(title, select_rows(own, size_px, group))


def _over(photos: Sequence[str]) -> str:
    if len(photos) > 1:
        return f"Means over {', '.join(photos)}."
    return f"On one photo only ({photos[0]}), because more would take too long: an indication, not a mean."


def _tables(title: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table of the encoders measured on all photos, and one for each smaller set of photos."""
    photos = {
        encoder: frozenset(row.photo for row in rows if row.encoder == encoder) for encoder in _names(rows)
    }
    for group in dict.fromkeys(sorted(photos.values(), key=len, reverse=True)):
        alike = [row for row in rows if row.photo in group and photos[row.encoder] >= group]
        named = "" if len(set(photos.values())) == 1 else f" ({len(group)} photo{'s' * (len(group) > 1)})"
        yield f"### {title}{named}\n\n{formatted(list(means(alike, {row.effect for row in rows}).values()))}"


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row.encoder for row in rows))
