"""The page in a real Chromium, before and after a change: times, bytes, idle load, memory and smoothness.

The page of an earlier revision is served by its own code, that of the working tree by this one. Both are
measured in turns.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.chromium import chromium

from bench import page_goals, page_timing
from bench.argument_types import at_least_one
from bench.cold_start import GRAIN, PHOTO, PHOTO_PX, make_photo
from bench.markdown_tables import machine, table
from bench.page_idle import REST_S, STATES, idle_share
from bench.page_memory import PHOTOS, growth, memory_over_photos
from bench.page_revisions import earlier_revision, serving_revisions
from bench.page_scripts import SEEN_CARDS
from bench.page_smoothness import SLOWDOWN, smoothness
from bench.page_timing import CONDITIONS, visit
from bench.page_visitor import PICKING_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.servers import Server

PARTS = ("visits", "idle", "memory", "smoothness")

_QUIET = ("--disable-background-networking", "--disable-component-update")

type Servers = Mapping[str, Server]
type Measured = defaultdict[str, dict[str, float]]
"""By revision, the values by the goals' keys."""


def progress(text: str) -> None:
    print(f"\r\x1b[K{text} ", end="", file=sys.stderr, flush=True)


def in_turns(servers: Servers, rounds: int, name: str) -> Iterator[tuple[str, Server]]:
    """Yield each revision's server once a round."""
    for done in range(rounds):
        for revision, server in servers.items():
            progress(f"{name}: {done}/{rounds}, {revision}")
            yield revision, server


def measure_visits(servers: Servers, repeats: int, measured: Measured) -> str:
    """Visit the page under all conditions; return the table. The first round warms up and does not count."""
    rows = []
    with chromium(*_QUIET) as browser:
        for _, server in in_turns(servers, 1, "warm-up"):
            visit(browser, server, CONDITIONS["phone"], PHOTO)
        for name, conditions in CONDITIONS.items():
            visits = defaultdict(list)
            rounds = max(1, repeats // 3) if conditions.network else repeats
            for revision, server in in_turns(servers, rounds, name):
                visits[revision].append(visit(browser, server, conditions, PHOTO))
            for revision, found in visits.items():
                rows.append(page_timing.row(f"{name}, {revision}", found))
                for gifs in (1, 3, SEEN_CARDS):
                    measured[revision][f"{name}.{gifs}"] = median(each.until_s(gifs) for each in found)
                if name == "phone":
                    measured[revision]["gif_bytes"] = median(each.gif_bytes for each in found)
                    measured[revision]["first_load_bytes"] = max(each.first_load_bytes for each in found)
    return table(page_timing.HEADER, rows)


def measure_idle(servers: Servers, measured: Measured) -> str:
    """Measure the page at rest; return the table."""
    rows = []
    for state in STATES:
        for revision, server in in_turns(servers, 1, state):
            with chromium(*_QUIET) as browser:
                measured[revision][state] = idle_share(browser, server, state, PHOTO)
        rows.append((state, *(f"{measured[revision][state]:.1%}" for revision in servers)))
    return table(("share of one core", *servers), rows)


def measure_memory(servers: Servers, measured: Measured) -> str:
    """Measure memory over several photos; return the table."""
    rows = []
    for revision, server in in_turns(servers, 1, f"{max(PHOTOS)} photos"):
        found = memory_over_photos(server, PHOTO)
        for number, memory in found.items():
            megabytes = (f"{size / 1e6:.1f}" for size in (memory.renderer_bytes, memory.heap_bytes))
            rows.append((f"{number}, {revision}", *megabytes, f"{memory.nodes:,}", f"{memory.listeners:,}"))
        grown = growth(found)
        measured[revision]["growth.renderer"] = grown.renderer_bytes
        measured[revision]["growth.heap"] = grown.heap_bytes
        measured[revision]["growth.nodes"] = grown.nodes
    return table(("photos", "renderer MB", "heap MB", "DOM nodes", "listeners"), rows)


def measure_smoothness(servers: Servers, repeats: int) -> str:
    """Measure layout shifts and long tasks; return the table."""
    found = defaultdict(list)
    with chromium(*_QUIET) as browser:
        for revision, server in in_turns(servers, repeats, "slow phone"):
            found[revision].append(smoothness(browser, server, PHOTO))
    rows = [
        (
            revision,
            f"{median(each.layout_shift for each in runs):.3f}",
            f"{median(each.longest_task_s for each in runs):.2f}",
        )
        for revision, runs in found.items()
    ]
    return table((f"CPU {SLOWDOWN} times slower", "layout shift", "longest task s"), rows)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.page_benchmark", description=__doc__)
    parser.add_argument("--before", default=earlier_revision(), metavar="REV", help="default: %(default)s")
    parser.add_argument("--after-only", action="store_true", help="measure only the working tree")
    parser.add_argument(
        "--repeats",
        type=at_least_one,
        default=5,
        metavar="N",
        help="visits that count; on 4G, 3G and the slow phone a third (default: 5)",
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}"
    )
    return parser.parse_args()


def main() -> None:
    chosen = arguments()
    before = None if chosen.after_only else chosen.before
    make_photo()
    with chromium() as browser:
        version = browser.version
    print(
        f"{PHOTO_PX[0]} x {PHOTO_PX[1]} px JPEG of {PHOTO.stat().st_size / 1e6:.1f} MB, grain {GRAIN:g}; "
        f"chosen {PICKING_S} s after the button was pressed; medians of {chosen.repeats} visits; "
        f"idle over {REST_S} s; Chromium {version}."
    )
    if before:
        print(f"Before: {before}. After: the working tree.")
    print(machine("pillow", "numpy"))
    measured: Measured = defaultdict(dict)
    with TemporaryDirectory() as folder, serving_revisions(before, Path(folder)) as servers:
        parts = {
            "visits": lambda: measure_visits(servers, chosen.repeats, measured),
            "idle": lambda: measure_idle(servers, measured),
            "memory": lambda: measure_memory(servers, measured),
            "smoothness": lambda: measure_smoothness(servers, max(1, chosen.repeats // 3)),
        }
        for name in chosen.only:
            found = parts[name]()
            progress("")
            print(f"\n{found}", flush=True)
    goals = page_goals.rows(measured)
    if goals:
        print("\n" + table(page_goals.HEADER, goals, words=("result",)))
        print(f"\nGoals: {'met' if page_goals.all_met(goals) else 'NOT MET'}.")


if __name__ == "__main__":
    main()
