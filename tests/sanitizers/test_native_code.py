"""The native libraries under AddressSanitizer and UndefinedBehaviorSanitizer, in a process of its own.

A finding ends that process. To check another function, add the file of its tests to `TESTS`.
"""

from __future__ import annotations

import ast
import re
from importlib import import_module
from inspect import getsource
from pathlib import Path
from types import FunctionType

import pytest
from tests.sanitizers.sanitized_libraries import ENCODER, ROOT, NoSanitizers, run_sanitized, sanitized_library

import hatch_build

pytestmark = pytest.mark.slow

TESTS = {
    Path("gifmill/effects/native"): [
        "tests/effects/test_affine_camera.py",
        "tests/effects/test_alpha.py",
        "tests/effects/test_argument_checks.py",
        "tests/effects/test_backdrop.py",
        "tests/effects/test_dissolve.py",
        "tests/effects/test_edge_lines.py",
        "tests/effects/test_hue_rotation.py",
        "tests/effects/test_nearness.py",
        "tests/effects/test_neon.py",
        "tests/effects/test_parallax.py",
        "tests/effects/test_particle_kinds.py",
        "tests/effects/test_particles.py",
        "tests/effects/test_reduced_copies.py",
        "tests/effects/test_ripple.py",
        "tests/effects/test_seamless_loop.py",
        "tests/effects/test_sprites.py",
        "tests/effects/test_texture_sampling.py",
    ],
    ENCODER: [
        "tests/gif/native/test_palette.py",
        "tests/gif/test_core.py",
        "tests/gif/test_encoder.py",
        "tests/gif/test_frame_arguments.py",
        "tests/gif/test_frame_code.py",
        "tests/gif/test_frame_colours.py",
        "tests/gif/test_frame_encoder.py",
        "tests/gif/test_gif89a_writer.py",
        "tests/gif/test_transparency.py",
    ],
}
"""By package of a library, the test files that call its functions, or wrappers of them."""

CALLS = re.compile(r"\b(library|encode_frame)\(")
"""What the source of a wrapper contains."""

OVERFLOW = """
import sys
import numpy as np
from pathlib import Path
from gifmill.gif import native
native.LIBRARY = Path(sys.argv[1])
native.library().gifmill_from_metric(np.zeros(3000, np.float32), 1000, np.zeros(10, np.uint8))
"""


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Return by package the path of a library with sanitizers."""
    try:
        return {
            package: sanitized_library(tmp_path_factory.mktemp("sanitized"), package=package)
            for package in TESTS
        }
    except NoSanitizers as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("package", TESTS, ids=str)
def test_native_functions_pass_their_tests_with_sanitizers(
    libraries: dict[Path, Path], package: Path
) -> None:
    module = package.as_posix().replace("/", ".")
    library = str(libraries[package])
    ended = run_sanitized("-m", "tests.sanitizers.run_tests", module, library, *TESTS[package])
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_library_is_tested_with_sanitizers() -> None:
    assert set(TESTS) == set(hatch_build.PACKAGES)


def wrappers_in(tests: Path) -> set[str]:
    """Return the names that a test file imports from gifmill and that call a native library."""
    found = set()
    for node in ast.walk(ast.parse(tests.read_text())):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(
            ("gifmill.gif", "gifmill.effects")
        ):
            module = import_module(str(node.module))
            found |= {each.name for each in node.names if is_wrapper(getattr(module, each.name, None))}
    return found


def is_wrapper(value: object) -> bool:
    return isinstance(value, (FunctionType, type)) and bool(CALLS.search(getsource(value)))


@pytest.mark.parametrize("package", TESTS, ids=str)
def test_every_test_of_a_wrapper_runs_with_sanitizers(package: Path) -> None:
    folder = ROOT / "tests" / package.parent.relative_to("gifmill")
    found = {path.relative_to(ROOT).as_posix() for path in folder.glob("test_*.py") if wrappers_in(path)}
    assert len(found) > 3
    assert found <= set(TESTS[package])


def test_sanitizers_find_a_buffer_overflow(libraries: dict[Path, Path]) -> None:
    ended = run_sanitized("-c", OVERFLOW, str(libraries[ENCODER]))
    assert ended.returncode != 0
    assert "AddressSanitizer: heap-buffer-overflow" in ended.stderr
