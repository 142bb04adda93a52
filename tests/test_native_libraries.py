"""The native libraries: their build, their loading, and the check of arguments."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import gifmill.effects.native
import gifmill.gif.native
import hatch_build
from gifmill import native_library
from gifmill.gif.native import library
from gifmill.native_library import Array, load_library, pointer

if TYPE_CHECKING:
    from types import ModuleType

EXPORTED = re.compile(r"^EXPORT [\w ]+?\*?(gifmill_\w+)\(([^)]*)\)", re.MULTILINE)
MODULES = (gifmill.effects.native, gifmill.gif.native)
ENCODER = Path("gifmill/gif/native")
COMPILERS = {"cc": hatch_build.find_compiler(), "zig": [sys.executable, "-m", "ziglang", "cc"]}


@pytest.fixture(params=MODULES, ids=lambda module: module.__name__)
def native(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


@pytest.mark.parametrize("package", hatch_build.PACKAGES, ids=str)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_compilers_have_no_warnings(
    compiler: str, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Warnings are errors in this test only: a user's compiler may know new ones."""
    if not COMPILERS[compiler]:
        pytest.skip("this machine has no C compiler of its own")
    monkeypatch.setattr(hatch_build, "find_compiler", lambda: COMPILERS[compiler])
    assert hatch_build.compile_library(package, tmp_path, flags=("-Werror",)).exists()


@pytest.mark.parametrize("package", hatch_build.PACKAGES, ids=str)
def test_builds_are_reproducible(package: Path, tmp_path: Path) -> None:
    folders = tmp_path / "one", tmp_path / "another"
    for folder in folders:
        folder.mkdir()
    first, second = (hatch_build.compile_library(package, folder).read_bytes() for folder in folders)
    assert first == second


def test_lines_of_c_have_at_most_120_characters() -> None:
    """ruff limits the lines of Python; no formatter that we use reads C."""
    files = [path for path in hatch_build.SOURCES.rglob("*.[ch]") if path.parent.name == "native"]
    assert len(files) > 20
    lines = [(path, line) for path in files for line in path.read_text().splitlines()]
    assert [f"{path.name}: {line}" for path, line in lines if len(line) > 120] == []


def test_every_folder_of_c_files_is_compiled() -> None:
    found = {path.parent.relative_to(hatch_build.SOURCES) for path in hatch_build.SOURCES.rglob("*.c")}
    assert found == set(hatch_build.PACKAGES)


def test_the_library_is_replaced_and_not_overwritten(tmp_path: Path) -> None:
    """A process may have loaded it: its pages must stay as they are."""
    built = hatch_build.compile_library(ENCODER, tmp_path)
    before = built.stat().st_ino
    with built.open("rb"):
        assert hatch_build.compile_library(ENCODER, tmp_path).stat().st_ino != before
    assert list(tmp_path.iterdir()) == [built]


def test_a_compiler_that_does_not_work_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for compiler in ("false", "a-compiler-that-is-not-installed"):
        monkeypatch.setenv("CC", compiler)
        assert hatch_build.find_compiler.__wrapped__() == []


def test_zig_is_downloaded_only_where_no_compiler_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = hatch_build.NativeLibraries.__new__(hatch_build.NativeLibraries)
    monkeypatch.delenv("GIFMILL_TARGET", raising=False)
    monkeypatch.setattr(hatch_build, "find_compiler", lambda: ["cc"])
    assert hook.dependencies() == []
    monkeypatch.setenv("GIFMILL_TARGET", "aarch64-linux-gnu.2.28")
    assert hook.dependencies() == [hatch_build.ZIG]
    monkeypatch.delenv("GIFMILL_TARGET")
    monkeypatch.setattr(hatch_build, "find_compiler", list)
    assert hook.dependencies() == [hatch_build.ZIG]


def test_zig_has_the_version_of_the_lock() -> None:
    name, _, version = hatch_build.ZIG.partition("==")
    lock = (hatch_build.ROOT / "uv.lock").read_text()
    assert f'name = "{name}"\nversion = "{version}"\n' in lock


def test_the_libraries_are_loaded_under_the_names_that_the_build_gives_them(native: ModuleType) -> None:
    assert native.LIBRARY.name == hatch_build.library_name()
    assert native.LIBRARY.parent == Path(str(native.__file__)).parent
    assert {hatch_build.library_name(target) for target in hatch_build.PLATFORMS} == {
        *native_library._NAMES.values(),
        "libgifmill.so",
    }


def test_every_exported_function_is_declared_with_all_its_arguments(native: ModuleType) -> None:
    text = "\n".join(path.read_text() for path in sorted(native.LIBRARY.parent.glob("*.c")))
    found = {
        name: 0 if arguments == "void" else len(arguments.split(","))
        for name, arguments in EXPORTED.findall(text)
    }
    assert found == {name: len(arguments) for name, (_, arguments) in native._FUNCTIONS.items()}


def test_a_missing_library_is_reported_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"cannot be loaded: .* build it with `python hatch_build.py`"):
        load_library(tmp_path / "libgifmill.so", {})


def test_an_older_library_is_reported(native: ModuleType) -> None:
    with pytest.raises(ImportError, match="gifmill_of_tomorrow"):
        load_library(native.LIBRARY, {"gifmill_of_tomorrow": (None, ())})


def test_importing_gifmill_imports_neither_ctypes_nor_numpy() -> None:
    script = "import gifmill, sys; print(*{'ctypes', 'numpy'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == ""


READ_ONLY = np.zeros(4, np.uint8)
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(4, np.int16), "Expected an array of uint8, got an array of int16"),
        (b"bytes", "Expected an array of uint8, got bytes"),
        (None, "Expected an array of uint8, got NoneType"),
        (np.zeros((4, 4), np.uint8).T[:2], "Expected a C-contiguous array"),
        (np.zeros(8, np.uint8)[::2], "Expected a C-contiguous array"),
        (READ_ONLY, "Expected a writable array"),
    ],
)
def test_unsuitable_arrays_are_rejected_before_the_call(array: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        pointer(array, np.uint8, written=True)
    with pytest.raises(ctypes.ArgumentError, match=message):
        library().gifmill_from_metric(np.zeros(3, np.float32), 1, array)


def test_a_pointer_is_the_arrays_address() -> None:
    array = np.arange(4, dtype=np.uint8)
    address = pointer(array, np.uint8).value
    assert address is not None
    assert ctypes.string_at(address, 4) == bytes(range(4))


def test_an_optional_array_may_be_none() -> None:
    assert Array(np.uint8, optional=True).from_param(None).value is None
