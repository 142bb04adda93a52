"""Start the emulator with its patches: `python -m patched [--without=NAME]...`."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from importlib import import_module

PATCHES = (
    "api_origins",
    "body_filters",
    "dead_letter_sources",
    "method_throttles",
    "metric_math",
    "missing_objects",
    "request_validators",
    "rest_to_s3",
    "shared_layers",
)


def main() -> None:
    """Apply the patches, then serve until a signal."""
    without = {argument.removeprefix("--without=") for argument in sys.argv[1:]}
    del sys.argv[1:]  # the emulator parses the rest
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name in PATCHES:
        if name not in without:
            import_module(f"patched.{name}").apply()
    import_module("ministack.app").main()


def _end_with_parent() -> None:
    """Stop when standard input closes, which is when the parent ends: no emulator outlives its tests."""
    while os.read(0, 1):
        pass
    shutil.rmtree(os.environ["HOME"], ignore_errors=True)  # normally the parent deletes it
    os.killpg(0, signal.SIGKILL)


main()
