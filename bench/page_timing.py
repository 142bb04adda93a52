"""Page timing: from choosing a camera photo to the GIFs of the first screen, in a real Chromium.

The clock starts when the file input changes and stops when a card's GIF is decoded and painted. The browser
has loaded only the page before. Server and browser share this machine's processors. The server is warm. The
size of the first load is counted over the wire.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.chromium import chromium
from tests.servers import serving

from bench.argument_types import at_least_one
from bench.cold_start import GRAIN, PHOTO, PHOTO_PX, make_photo
from bench.markdown_tables import machine, table
from gifmill.effects import PACKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Browser, Request
    from tests.servers import Server

GOALS_S = {"the first GIF": 1.0, "the classic three": 1.5}
GOAL_BYTES = 60_000
"""Maximum size of the first load, without sample photos."""

_CLOCK = """
window.clock = { chosen: 0, shown: {} };
document.addEventListener("change", ({ target }) => {
  if (target.type === "file") clock.chosen = performance.now();
}, true);
const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
new MutationObserver(() => {
  for (const picture of document.querySelectorAll(".card .card-picture img")) {
    const { effect } = picture.closest(".card").dataset;
    if (effect in clock.shown) continue;
    clock.shown[effect] = null;
    picture.decode().then(painted).then(
      () => { clock.shown[effect] = performance.now(); },
      () => { delete clock.shown[effect]; },
    );
  }
}).observe(document, { childList: true, subtree: true });
"""

_ALL_SHOWN = """(number) => new Promise((done) => {
  const count = () => Object.values(clock.shown).filter(Boolean).length;
  const look = () => (count() < number ? setTimeout(look, 50) : done());
  look();
})"""

_TIMES = """() => {
  const sent = performance.getEntriesByType("resource").find(({ name }) => name.includes("/v1/photos?"));
  return { ...clock, sent: sent.requestStart, taken: sent.responseEnd };
}"""


class Visit(NamedTuple):
    """Times of one visit, in seconds since the file was chosen.

    Attributes:
        sent: start of the upload.
        taken: end of the server's response to the upload.
        shown: time at which the GIF of each effect of the first screen was on it.
        sent_bytes: size of the upload.
    """

    sent: float
    taken: float
    shown: Mapping[str, float]
    sent_bytes: int

    def until(self, effects: Sequence[str]) -> float:
        """Return the time at which the GIFs of all given effects were on the screen."""
        return max(self.shown[effect] for effect in effects)


def visit(browser: Browser, server: Server, photo: Path) -> Visit:
    """Open the page in a new context, choose the photo, wait for the GIFs of the upload, and delete it."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=server.address, service_workers="block"
    )
    page = context.new_page()
    page.add_init_script(_CLOCK)
    page.goto("/", wait_until="networkidle")
    with page.expect_request("**/v1/photos?*") as order:
        page.set_input_files("#file", photo)
    ordered = parse_qs(urlsplit(order.value.url).query)["effects"][0].split(",")
    page.evaluate(_ALL_SHOWN, len(ordered))  # Playwright's own way to wait needs unsafe-eval
    times = page.evaluate(_TIMES)
    sent_bytes = int(order.value.all_headers()["content-length"])
    photo_id = order.value.response().json()["id"]  # type: ignore[union-attr]
    context.close()
    server.client.delete(f"/v1/photos/{photo_id}")
    chosen = times["chosen"]
    shown = {effect: (at - chosen) / 1000 for effect, at in times["shown"].items()}
    return Visit((times["sent"] - chosen) / 1000, (times["taken"] - chosen) / 1000, shown, sent_bytes)


def first_load(browser: Browser, server: Server) -> dict[str, int]:
    """Return the transferred bytes of each response of the first visit, headers included, by path."""
    context = browser.new_context(base_url=server.address, service_workers="block")
    page = context.new_page()
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto("/", wait_until="networkidle")
    found = {}
    for request in finished:
        sizes = request.sizes()
        found[urlsplit(request.url).path] = sizes["responseHeadersSize"] + sizes["responseBodySize"]
    context.close()
    return found


def verdict(value: float, goal: float) -> str:
    """Return "met" or "NOT MET"."""
    return "met" if value <= goal else "NOT MET"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.page_timing", description=__doc__)
    parser.add_argument(
        "--repeats", type=at_least_one, default=9, metavar="N", help="visits after the warm-up (default: 9)"
    )
    repeats = parser.parse_args().repeats

    make_photo()
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), workers=len(os.sched_getaffinity(0))) as server,
        chromium("--disable-background-networking", "--disable-component-update") as browser,
    ):
        version = browser.version
        loaded = first_load(browser, server)
        visits = []
        for done in range(repeats + 1):
            print(f"\rmeasuring {done}/{repeats} ", end="", file=sys.stderr, flush=True)
            visits.append(visit(browser, server, PHOTO))
        print(file=sys.stderr)

    counted = visits[1:]
    stages = {
        "the upload starts": [each.sent for each in counted],
        "the upload ends": [each.taken for each in counted],
        "the first GIF": [min(each.shown.values()) for each in counted],
        "the classic three": [each.until(PACKS["classic"]) for each in counted],
        "the first screen": [max(each.shown.values()) for each in counted],
    }
    rows = [
        (stage, f"{median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}")
        for stage, times in stages.items()
    ]
    print(
        f"{PHOTO_PX[0]} x {PHOTO_PX[1]} px JPEG of {PHOTO.stat().st_size / 1e6:.1f} MB, grain {GRAIN:g};",
        end=" ",
    )
    print(f"the upload has {counted[0].sent_bytes / 1000:.0f} kB.", end=" ")
    print(f"{repeats} visits after one warm-up visit; Chromium {version}.")
    print(machine("pillow", "numpy"))
    print("\n" + table(("from selection to", "s, median", "best", "worst"), rows))
    shell = {path: size for path, size in loaded.items() if not path.startswith("/samples/")}
    total = sum(shell.values())
    print(f"\nFirst load: {total:,} bytes in {len(shell)} responses, with headers, without samples.")
    for stage, goal_s in GOALS_S.items():
        taken = median(stages[stage])
        print(f"Goal: {stage} within {goal_s:.1f} s: {verdict(taken, goal_s)} ({taken:.2f}).")
    print(f"Goal: a first load of at most {GOAL_BYTES:,} bytes: {verdict(total, GOAL_BYTES)} ({total:,}).")


if __name__ == "__main__":
    main()
