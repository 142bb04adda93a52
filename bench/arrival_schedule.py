"""Open-loop load: orders sent on a schedule, regardless of earlier responses, and their outcomes."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ACCEPTED, REFUSED = 202, 503

_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """One order, in seconds since the start of the schedule.

    Attributes:
        due: scheduled time of the request.
        photo: index of its photo.
        status: HTTP status of the response; 0 without a response.
        retry_after_s: the response's Retry-After header.
        done: time of the notification for its last GIF; None if that never came.
    """

    due: float
    photo: int
    status: int
    retry_after_s: int | None = None
    done: float | None = None

    @property
    def seconds(self) -> float | None:
        """The latency from the scheduled time to the last GIF, including any delay before the request."""
        return None if self.done is None else self.done - self.due


def schedule(per_s: float, seconds: float, seed: int) -> list[float]:
    """Return the times of independent random orders, in seconds: a Poisson process.

    Args:
        per_s: mean number of orders a second.
        seconds: length of the schedule.
        seed: random seed; the same seed gives the same times.
    """
    chance, at, times = random.Random(seed), 0.0, list[float]()
    while (at := at + chance.expovariate(per_s)) < seconds:
        times.append(at)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile by the nearest-rank method.

    Args:
        values: at least one value.
        share: the percentile as a fraction, above 0 and up to 1.
    """
    return sorted(values)[math.ceil(share * len(values)) - 1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of all orders at one rate.

    Attributes:
        offered: number of orders sent.
        accepted: number of responses with status 202.
        refused: number of responses with status 503.
        refused_without_hint: number of those 503 responses without a Retry-After header.
        unexpected: number of orders with another status, or without a response.
        lost: number of accepted orders that were not finished.
        seconds: latency of each finished order, from its scheduled time to its last GIF.
    """

    offered: int
    accepted: int
    refused: int
    refused_without_hint: int
    unexpected: int
    lost: int
    seconds: tuple[float, ...]

    @classmethod
    def from_arrivals(cls, arrivals: Sequence[Arrival]) -> Outcome:
        """Count the outcomes of orders."""
        accepted = [each for each in arrivals if each.status == ACCEPTED]
        refused = [each for each in arrivals if each.status == REFUSED]
        seconds = [each.seconds for each in accepted if each.seconds is not None]
        return cls(
            len(arrivals),
            len(accepted),
            len(refused),
            sum(each.retry_after_s is None for each in refused),
            len(arrivals) - len(accepted) - len(refused),
            len(accepted) - len(seconds),
            tuple(seconds),
        )


def recovery_time_s(probes: Sequence[Arrival], usual_s: float) -> float | None:
    """Return the recovery time after a surge: the first of three orders in a row with normal latency.

    Args:
        probes: orders sent one after the other since the surge ended.
        usual_s: highest latency that counts as normal.

    Returns:
        The scheduled time of the first of the three, in seconds; None without three in a row.
    """
    usual = [probe.seconds is not None and probe.seconds <= usual_s for probe in probes]
    for number, probe in enumerate(probes[: -_IN_A_ROW + 1]):
        if all(usual[number : number + _IN_A_ROW]):
            return probe.due
    return None
