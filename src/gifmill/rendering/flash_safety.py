"""Flash safety: an animation that would flash dangerously is slowed as little as possible, then softened.

Which pictures change is measured when they are encoded. The shortest duration at which the file is safe
follows from that and the delays, which are then rewritten in the file. If that is too long, the frames that
flash are softened and encoded again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from gifmill.rendering.finite_loop import end_on_first_frame
from gifmill.rendering.slowdown import file_delays, first_safe, slow
from gifmill.rendering.softening import measure_drawn, reduced, smallest_exposure, soften

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Animation
    from gifmill.gif import FlashMeasurement
    from gifmill.rendering.encoded_file import EncodedFile, Encoder

_MAX_SLOWDOWN = 1.5
"""Largest slowdown. Beyond it, a slower animation is further from the request than a softer one: judged by
looking at spinning and shaking photos."""

_MAX_SLOWED_CS = 50
"""Duration to which shorter loops may be slowed in any case: a softened pat of 0.2 s was a smear."""

_MARGINS = (0.1, 0.3)
"""Margins of the first and of the second softening, since an encoder alters pictures a little."""

_POSTER_FACTOR = 1.3
"""Factor for the exposure of other frames up to which the first frame, the poster, is not softened."""

_RETRY_FACTOR = 1.25
"""Factor from an exposure that was too short to the next."""

_FRAMES_FACTOR = 1.2
"""Factor by which the shortest safe durations of requests with other numbers of frames differ at most."""

_SHORT_LOOP_CS = 100
"""Loops below this have so few frames that the factor is not reliable."""

_MAX_CALM_CHANGES = 2
"""Changes per second up to which a short loop is calm."""

_SAFE_DELAY_CS = 17
"""At most six frames of this delay begin within a second, so that they cannot flash too often."""

_MAX_DELAY_CS = 65_535
"""Longest delay that both formats hold."""

MAX_ENCODES_SOFTENED_FIRST = 2
"""Maximum number of encodes of an animation that is softened first."""

type _Flashing = NDArray[np.bool]
"""Which frames flash, shape (frames,)."""


@dataclass(frozen=True, slots=True, eq=False)
class SafeFile:
    """An encoded animation that does not flash dangerously, unless that is allowed.

    Attributes:
        encoded: the file.
        duration_cs: of one loop.
        softened: number of frames that were softened.
        encodes: number of encodes that it took.
    """

    encoded: EncodedFile
    duration_cs: int
    softened: int = 0
    encodes: int = 1


@dataclass(frozen=True, slots=True)
class FlashSafety:
    """Encodes animations so that they do not flash dangerously.

    Attributes:
        max_duration_cs: maximum duration of a slowed loop; None for no limit.
        off: animations are encoded as requested, whether they flash or not.
    """

    max_duration_cs: int | None = None
    off: bool = False

    def encode(
        self,
        animation: Animation,
        encoder: Encoder,
        at_least: Callable[[], int] = lambda: 0,
        *,
        soften_first: bool = False,
    ) -> SafeFile:
        """Encode an animation as it is, or slower, or slower and softer, whichever is the first that is safe.

        It takes up to three encodes, and up to `MAX_ENCODES_SOFTENED_FIRST` if it is softened first.

        Args:
            animation: with the requested delays.
            encoder: the encoder of the file.
            at_least: returns the duration of shorter requests, which this one must not undercut. It is called
                if the file is unsafe, or nearly so.
            soften_first: frames of the same effect had to be softened. So the drawn frames are measured, and
                softened if they need it, before the first encode.
        """
        requested_cs, longest_cs = animation.duration_cs, self.longest_cs(animation)
        slowest = slow(animation, longest_cs)
        if soften_first and (flashing := _flashing_when_drawn(animation, slowest, encoder)) is not None:
            return _encode_softened(slowest, flashing, encoder, _MARGINS)
        complete = _complete_loop(animation, encoder)
        encoded = encoder.encode(complete)
        if self.off or (encoded.is_safe and _is_calm_when_faster(encoded, complete)):
            return SafeFile(encoded, requested_cs)
        shortest_cs = max(requested_cs, min(at_least(), longest_cs))
        safe_cs = first_safe(encoded.flashes, encoded.delays_cs, complete, range(shortest_cs, longest_cs + 1))
        if safe_cs == requested_cs:
            return SafeFile(encoded, requested_cs)
        delays_cs = file_delays(encoded.delays_cs, complete, safe_cs or longest_cs)
        if safe_cs is not None:
            return SafeFile(encoder.with_delays(encoded, delays_cs), safe_cs)
        flashing = _flashing_frames(encoded.flashes, delays_cs, slowest)
        made = _encode_softened(slowest, flashing, encoder, _MARGINS[:1] if soften_first else _MARGINS)
        return replace(made, encodes=made.encodes + 1)

    def longest_cs(self, animation: Animation) -> int:
        """Return the longest duration that an animation may get."""
        requested_cs = animation.duration_cs
        longest_delay_cs = max(frame.delay_cs for frame in animation.frames)
        slowest_cs = max(requested_cs * _MAX_SLOWDOWN, _MAX_SLOWED_CS)
        longest_cs = int(min(slowest_cs, requested_cs * _MAX_DELAY_CS / longest_delay_cs))
        return max(requested_cs, min(longest_cs, self.max_duration_cs or longest_cs))


def _complete_loop(animation: Animation, encoder: Encoder) -> Animation:
    """Return the frames as the file has them: a finite loop ends on its first frame."""
    return end_on_first_frame(animation) if encoder.loop else animation


def _is_calm_when_faster(encoded: EncodedFile, animation: Animation) -> bool:
    """Return whether no shorter request, of other frames, is expected to be slowed to more than this file."""

    def delays_at(duration_cs: int) -> list[int]:
        return file_delays(encoded.delays_cs, animation, duration_cs)

    requested_cs = animation.duration_cs
    if requested_cs < _SHORT_LOOP_CS:
        shortest_cs = (
            len(animation.frames) * 2 if requested_cs <= _MAX_SLOWED_CS else requested_cs / _MAX_SLOWDOWN
        )
        delays_cs = delays_at(ceil(shortest_cs))
        return encoded.flashes.max_changes_per_second(delays_cs) <= _MAX_CALM_CHANGES
    faster_cs = range(ceil(requested_cs / _FRAMES_FACTOR), requested_cs)
    return all(encoded.flashes.is_safe(delays_at(each)) for each in faster_cs)


def _flashing_when_drawn(animation: Animation, slowest: Animation, encoder: Encoder) -> _Flashing | None:
    """Return which frames flash at the longest duration; None if a slowdown is likely to be enough."""
    flashes = measure_drawn(reduced(animation), _MARGINS[0], encoder.shown)
    delays_cs = [frame.delay_cs for frame in animation.frames]
    durations_cs = range(animation.duration_cs, slowest.duration_cs + 1)
    if first_safe(flashes, delays_cs, animation, durations_cs) is not None:
        return None
    return _flashing_frames(flashes, [frame.delay_cs for frame in slowest.frames], slowest)


def _flashing_frames(flashes: FlashMeasurement, delays_cs: Sequence[int], animation: Animation) -> _Flashing:
    """Return the frames before and after each change that is a part of a flash.

    Args:
        flashes: of the file.
        delays_cs: of the frames in the file, some of which are merged ones of the animation.
        animation: of the same duration.
    """
    starts = list(accumulate((frame.delay_cs for frame in animation.frames[:-1]), initial=0))
    file_starts = np.array(list(accumulate(delays_cs[:-1], initial=0)))
    after = np.searchsorted(starts, file_starts[flashes.flashing_pictures(delays_cs)], side="right") - 1
    flashing = np.zeros(len(starts), np.bool)
    flashing[after] = flashing[after - 1] = True
    return flashing


def _encode_softened(
    animation: Animation, flashing: _Flashing, encoder: Encoder, margins: Sequence[float]
) -> SafeFile:
    """Soften frames until the file is safe; frames that flash only then are softened too.

    Args:
        animation: at the longest duration.
        flashing: which of its frames flash.
        encoder: the encoder of the file.
        margins: one for each encode. If they are not enough, delays rule flashes out.
    """
    small, made, exposure_cs = reduced(animation), None, 0.0
    for encodes, margin in enumerate(margins, 1):
        too_short_cs = exposure_cs * _RETRY_FACTOR
        flashing, exposure_cs = _chosen_softening(small, flashing, too_short_cs, margin, encoder)
        encoded = encoder.encode(_complete_loop(soften(animation, flashing, exposure_cs), encoder))
        made = SafeFile(encoded, animation.duration_cs, min(int(flashing.sum()), encoded.frames), encodes)
        if encoded.is_safe:
            return made
        flashing = flashing | _flashing_frames(encoded.flashes, encoded.delays_cs, animation)
    assert made is not None
    delays_cs = [max(delay_cs, _SAFE_DELAY_CS) for delay_cs in made.encoded.delays_cs]
    return replace(made, encoded=encoder.with_delays(made.encoded, delays_cs), duration_cs=sum(delays_cs))


def _chosen_softening(
    small: Animation, flashing: _Flashing, above_cs: float, margin: float, encoder: Encoder
) -> tuple[_Flashing, float]:
    """Choose the frames to soften and their exposure.

    The poster stays sharp if that costs the others little, and if this is the first softening.

    Args:
        small: the reduced animation.
        flashing: which of its frames flash.
        above_cs: an exposure that is too short; 0 for the first softening.
        margin: for the `FlashDetector`.
        encoder: the encoder of the file.
    """

    def is_safe(softer: Animation) -> bool:
        delays_cs = [frame.delay_cs for frame in softer.frames]
        return measure_drawn(softer, margin, encoder.shown).is_safe(delays_cs)

    exposure_cs = smallest_exposure(small, flashing, is_safe, above_cs)
    if exposure_cs is None:
        flashing = np.ones_like(flashing)
        exposure_cs = smallest_exposure(small, flashing, is_safe, above_cs) or small.duration_cs
    if above_cs:
        return flashing, exposure_cs
    others = flashing.copy()
    others[0] = False
    longest_cs = exposure_cs * _POSTER_FACTOR
    others_cs = smallest_exposure(small, others, is_safe, exposure_cs / _POSTER_FACTOR, longest_cs)
    return (flashing, exposure_cs) if others_cs is None else (others, others_cs)
