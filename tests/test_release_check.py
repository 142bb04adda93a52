"""The parts of `make release-check` that need no build; tests/test_wheels.py checks a built wheel."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tools import release_check
from tools.clean_install import CONSUMER, PHOTO, Failed, Installed, check_types, megabytes, milliseconds, use
from tools.release_check import EXTRAS, PYTHONS, check_contents, expected_files, find_python

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def wheel_of(names: set[str], folder: Path) -> Path:
    """Write a wheel of empty files and return its path."""
    wheel = folder / "gifmill-0-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for name in sorted(names | {"gifmill-0.dist-info/METADATA"}):
            archive.writestr(name, b"")
    return wheel


@pytest.fixture
def here(tmp_path: Path) -> Installed:
    """Return the environment of the tests as if it were a new one."""
    return Installed(Path(sys.executable), tmp_path)


def test_every_supported_python_and_every_extra_is_checked() -> None:
    assert {f"Programming Language :: Python :: {version}" for version in PYTHONS} <= {
        *PROJECT["classifiers"]
    }
    assert {*EXTRAS} == {"", *PROJECT["optional-dependencies"]}


def test_a_complete_wheel_passes(tmp_path: Path) -> None:
    check_contents(wheel_of(expected_files(), tmp_path))


@pytest.mark.parametrize("missing", ["gifmill/py.typed", "gifmill/page/index.html", "gifmill/__init__.py"])
def test_a_wheel_without_a_file_fails(missing: str, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=f"missing .*{missing}"):
        check_contents(wheel_of(expected_files() - {missing}, tmp_path))


@pytest.mark.parametrize("added", ["tests/test_gif.py", "gifmill/gif/native/core.h", "gifmill/notes.txt"])
def test_a_wheel_with_a_file_that_is_not_of_the_package_fails(added: str, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=f"unexpected .*{added}"):
        check_contents(wheel_of(expected_files() | {added}, tmp_path))


def test_an_installed_python_is_found() -> None:
    path, reason = find_python(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert reason == ""
    version = subprocess.run([path, "-V"], check=True, capture_output=True, text=True).stdout
    assert version.startswith(f"Python {sys.version_info.major}.{sys.version_info.minor}")


def test_a_python_that_does_not_exist_is_skipped_with_the_reason() -> None:
    path, reason = find_python("3.99")
    assert path == ""
    assert "3.99" in reason


@pytest.mark.slow
def test_the_consumer_has_no_type_errors(here: Installed) -> None:
    check_types(here)


def test_the_consumer_runs(here: Installed) -> None:
    here.run(str(CONSUMER), str(PHOTO), str(here.folder))
    assert len(list(here.folder.glob("cat-*.gif"))) == 3


def test_a_command_that_fails_is_reported_with_its_output(here: Installed) -> None:
    with pytest.raises(Failed, match=r"ended with 2: .*nope\.jpg"):
        here.run("-m", "gifmill", "make", "nope.jpg")


def test_an_install_that_has_the_server_although_it_should_not_fails(here: Installed) -> None:
    with pytest.raises(Failed, match="serve"):
        use(here, "aws")


def test_sizes_count_files_once_and_no_links(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(bytes(1_000_000))
    (tmp_path / "two").symlink_to("one")
    assert megabytes(tmp_path) == pytest.approx(1)


def test_times_are_of_the_whole_process() -> None:
    wait = ("-c", "import time; time.sleep(0.05)")
    assert milliseconds(Path(sys.executable), wait) >= 50


def test_a_failed_check_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(folder: Path) -> Path:
        raise Failed(f"nothing in {folder.name}")

    monkeypatch.setattr(release_check, "check_files", fail)
    assert release_check.main() == 1
    assert capsys.readouterr().err.startswith("release-check: nothing in ")
