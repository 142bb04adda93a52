"""What a storm did and what was seen in it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Report:
    """What was done, and what was seen.

    Attributes:
        disk: "" if it could be full, or why it could not.
        seconds: of the storm, until everything was finished.
        latency_p50_s: from sending a photo until all of its GIFs were seen, the storm's pauses included.
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
