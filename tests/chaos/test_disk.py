from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.chaos.disk import small_disk

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import errno, sys
from pathlib import Path
from tests.chaos.disk import fill_disk
folder = Path(sys.argv[1])
file = folder / "file"
with fill_disk(folder):
    try:
        file.write_bytes(b"x")
    except OSError as error:
        print(errno.errorcode[error.errno])
print(file.write_bytes(b"x"))
"""


def test_a_full_disk_has_free_space_afterwards(tmp_path: Path) -> None:
    before = small_disk(tmp_path, 1)
    if before is None:
        assert os.environ.get("CI") != "true"
        pytest.skip("this system allows no mount in a namespace")
    command = [*before, sys.executable, "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["ENOSPC", "1"], done.stderr
    assert list(tmp_path.iterdir()) == []
