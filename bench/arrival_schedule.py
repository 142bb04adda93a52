"""Open-loop load: orders sent on a schedule, regardless of earlier answers, and their outcomes."""

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
    """One order, in seconds since the first one was due.

    Attributes:
        due: when it was sent by the schedule.
        photo: which of the photos it was, by number.
        status: of the answer; 0 where there was none.
        retry_after_s: what the answer said of when to come again.
        done: when its last GIF was heard of; None where it never was.
    """

    due: float
    photo: int
    status: int
    retry_after_s: int | None = None
    done: float | None = None

    @property
    def seconds(self) -> float | None:
        """From when it was due until its last GIF: what waited to be sent counts as well."""
        return None if self.done is None else self.done - self.due


def schedule(per_s: float, seconds: float, seed: int) -> list[float]:
    """When orders are due, as many independent people send them: at random, so many a second in the mean.

    Args:
        per_s: the mean rate.
        seconds: how long.
        seed: the same one gives the same times.
    """
    chance, at, times = random.Random(seed), 0.0, list[float]()
    while (at := at + chance.expovariate(per_s)) < seconds:
        times.append(at)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank).

    Args:
        values: at least one.
        share: above 0, at most 1.
    """
    return sorted(values)[math.ceil(share * len(values)) - 1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the orders of one rate.

    Attributes:
        offered: how many were sent.
        accepted: how many of them were answered with 202.
        refused: how many with 503.
        unexplained: those among them that did not say when to come again.
        odd: how many were answered with something else, or not at all.
        lost: how many were accepted and not finished.
        seconds: of each that was finished, from its due time to its last GIF.
    """

    offered: int
    accepted: int
    refused: int
    unexplained: int
    odd: int
    lost: int
    seconds: tuple[float, ...]

    @classmethod
    def of(cls, arrivals: Sequence[Arrival]) -> Outcome:
        """Count."""
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


def recovered_s(probes: Sequence[Arrival], usual_s: float) -> float | None:
    """When orders take their usual time again after a surge: the first of three in a row that do.

    Args:
        probes: orders sent one after the other since the surge ended.
        usual_s: the most that counts as usual.

    Returns:
        When the first of the three was due; None where there are no three.
    """
    usual = [probe.seconds is not None and probe.seconds <= usual_s for probe in probes]
    for number, probe in enumerate(probes[: -_IN_A_ROW + 1]):
        if all(usual[number : number + _IN_A_ROW]):
            return probe.due
    return None
