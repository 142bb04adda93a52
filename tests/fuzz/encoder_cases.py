"""The process that fuzzes the encoder: `python -m tests.fuzz.encoder_cases LIBRARY FIRST CASES SECONDS`.

tests/fuzz/encoder_fuzzer.py starts it with the runtime of the sanitizers. It prints the number of each case
before it runs. A case is a random animation or some random arguments, and its number is the seed.
"""

from __future__ import annotations

import faulthandler
import gc
import sys
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.fuzz.animations import check_encoding, random_animation, random_matte, random_preset
from tests.fuzz.arguments import CALLS, RandomArguments
from tests.sanitizers.sanitized_libraries import NativeMemory

if TYPE_CHECKING:
    from collections.abc import Callable

CASE_TIMEOUT_S = 120
"""Timeout for one case, after which the process prints where it is and ends."""

CALLS_PER_CASE = 200

_REPEATED_EVERY = 20
"""A case in this many is repeated, to see whether the memory of the process grows."""

_REPEATS = 6

_MIN_GROWTH_BYTES = 8_192
"""Growth that counts: numpy's caches fill with less. The core's own allocations are counted exactly."""

_REPORTED_EVERY = 200
"""Cases after which the process reports its memory."""

_MAX_GROWTH_BYTES = 16_000_000
"""Largest growth of the process over all cases."""


def main() -> None:
    """Run cases until there are no more or the time is up."""
    library, first, cases, seconds = sys.argv[1:]
    memory = NativeMemory(Path(library))
    end = monotonic() + float(seconds)
    start_bytes = ran = calls = 0
    while ran < int(cases) and monotonic() < end:
        number = int(first) + ran
        report(f"case {number}")
        faulthandler.dump_traceback_later(CASE_TIMEOUT_S, exit=True)
        calls += run_case(number, memory)
        ran += 1
        if ran % _REPEATED_EVERY == 0:
            check_growth(partial(run_case, number, memory), memory)
            start_bytes = start_bytes or memory.process_bytes
        faulthandler.cancel_dump_traceback_later()
        if ran % _REPORTED_EVERY == 0:
            gc.collect()
            report(f"{ran} cases; the process has {memory.process_bytes} bytes")
    gc.collect()
    grown = memory.process_bytes - start_bytes if start_bytes else 0
    assert grown < _MAX_GROWTH_BYTES, f"the process grew by {grown} bytes in {ran} cases"
    report(f"{ran} cases with {calls} encodes and calls; the process grew by {grown} bytes")


def report(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run_case(number: int, memory: NativeMemory) -> int:
    """Run one case; return its number of encodes or calls."""
    random = np.random.default_rng(number)
    if random.random() < 0.7:
        check_encoding(random_animation(random), random_preset(random), random_matte(random))
        check_no_leak(memory)
        return 2
    draw = RandomArguments(random)
    for _ in range(CALLS_PER_CASE):
        check_call(draw.function(), draw, memory)
    return CALLS_PER_CASE


def check_call(name: str, draw: RandomArguments, memory: NativeMemory) -> None:
    """Call a function with random arguments: it must work or raise ValueError, TypeError or MemoryError."""
    function, arguments_of = CALLS[name]
    arguments = arguments_of(draw)
    failing = draw.failing_allocation()
    memory.fail_allocation(failing)
    try:
        function(*arguments)
    except (ValueError, TypeError):
        pass
    except MemoryError:
        assert failing, f"{name} has no memory for {describe(arguments)}"
    except BaseException as error:
        raise AssertionError(f"{name} raises {type(error).__name__} for {describe(arguments)}") from error
    finally:
        memory.fail_allocation(0)
    check_no_leak(memory, f" after {name} of {describe(arguments)}")


def describe(arguments: tuple[Any, ...]) -> str:
    """Return the arguments as text, with the types of arrays instead of their elements."""
    return ", ".join(
        f"{each.dtype}{each.shape}" if isinstance(each, np.ndarray) else repr(each) for each in arguments
    )


def check_no_leak(memory: NativeMemory, context: str = "") -> None:
    """Check that the core has freed all its memory: it has none between calls."""
    leaked = memory.live_allocations
    assert not leaked, f"the native core leaked {leaked} allocations{context}"


def check_growth(work: Callable[[], object], memory: NativeMemory) -> None:
    """Repeat equal work: the memory of the process must not grow every time."""
    sizes = np.zeros(_REPEATS, np.int64)
    for number in range(_REPEATS):
        work()
        gc.collect()
        sizes[number] = memory.process_bytes
    steps = np.diff(sizes)
    assert steps.min() < _MIN_GROWTH_BYTES, f"the process grew every time, by {steps.tolist()} bytes"


if __name__ == "__main__":
    main()
