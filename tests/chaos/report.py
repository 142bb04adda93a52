"""The report of a chaos run."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Report:
    """Injected faults and observed results.

    Attributes:
        disk: why the disk could not be filled, or "".
        seconds: duration until all photos were finished.
        latency_p50_s: median from sending a photo until all of its GIFs were seen, including downtime.
    """

    seed: int
    photos: int = 0
    gifs: int = 0
    failed: int = 0
    deleted: int = 0
    unanswered: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    reads: int = 0
    compared: int = 0
    workers_killed: int = 0
    workers_frozen: int = 0
    servers_killed: int = 0
    starts_refused: int = 0
    times_full: int = 0
    seconds_full: float = 0
    disk: str = ""
    seconds: float = 0
    latency_p50_s: float = 0
    violations: list[str] = field(default_factory=list)
