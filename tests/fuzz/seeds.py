"""Write the seed corpus: `python -m tests.fuzz.seeds photo|keys FOLDER`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tests.fuzz.targets import key_seeds
from tests.hostile.corpus import small_files

MAX_SEED_BYTES = 65_536


def main() -> None:
    """Write each seed to a file named by its digest, as libFuzzer does."""
    name, folder = sys.argv[1:]
    for seed in small_files().values() if name == "photo" else key_seeds():
        if len(seed) <= MAX_SEED_BYTES:
            (Path(folder) / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


if __name__ == "__main__":
    main()
