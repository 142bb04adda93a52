"""A short run of the encoder's fuzzer, and what it must find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.fuzz.arguments import CALLS
from tests.fuzz.encoder_fuzzer import fuzz
from tests.fuzz.sources import arranged
from tests.sanitizers.sanitized_libraries import NoSanitizers, run_sanitized, sanitized_library

import gifmill.gif.core as core
import gifmill.gif.frame_code as frame_code

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

CASES, SECONDS = 40, 600

NEVER_FREE = "void keep(void *memory) { (void)memory; }\n"

GROWING = """
import sys
from pathlib import Path
import numpy as np
from tests.fuzz.encoder_cases import check_growth
from tests.sanitizers.sanitized_libraries import NativeMemory
memory = NativeMemory(Path(sys.argv[1]))
check_growth(lambda: np.ones(100_000), memory)
print("constant")
kept = []
check_growth(lambda: kept.append(np.ones(10_000)), memory)
"""


def build(folder: Path, *flags: str) -> Path:
    try:
        return sanitized_library(folder, *flags)
    except NoSanitizers as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a library with sanitizers."""
    return build(tmp_path_factory.mktemp("sanitized"))


def test_no_random_animation_and_no_random_argument_fails(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = fuzz(library, tmp_path, SECONDS, 0, CASES)
    output = capsys.readouterr().out
    assert code == 0, output
    assert f"{CASES} cases" in output


def test_a_leak_is_found_and_reported_with_the_command_that_repeats_it(tmp_path: Path) -> None:
    source = tmp_path / "never_free.c"
    source.write_text(NEVER_FREE)
    leaking = build(tmp_path, "-Dfree=keep", str(source))
    assert fuzz(leaking, tmp_path / "found", SECONDS, 3, 1) == 1
    [report] = (tmp_path / "found").iterdir()
    assert report.name == "encoder-3.txt"
    command, details = report.read_text().split("\n", 1)
    assert command == f"python -m tests.fuzz.encoder_fuzzer {SECONDS} 3 1"
    assert "the native core leaked" in details


def test_memory_that_grows_with_equal_work_is_found(library: Path) -> None:
    ended = run_sanitized("-c", GROWING, str(library))
    assert ended.stdout == "constant\n", ended.stderr
    assert "the process grew every time" in ended.stderr


def test_sources_have_many_orders_in_memory_and_keep_their_pixels() -> None:
    source = np.arange(7 * 5 * 4, dtype=np.uint8).reshape(7, 5, 4)
    orders = set()
    for seed in range(100):
        other = arranged(source, np.random.default_rng(seed))
        np.testing.assert_array_equal(other, source)
        orders.add((other.strides, other.flags.writeable))
    assert len(orders) == 7


def test_all_functions_of_the_core_are_called() -> None:
    public = {
        name
        for module in (core, frame_code)
        for name, value in vars(module).items()
        if callable(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public - {"Window", "FrameSettings"} == CALLS.keys()
