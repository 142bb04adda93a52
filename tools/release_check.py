"""Check what a release would upload: `.venv/bin/python -m tools.release_check`.

It builds the source distribution and this machine's wheel, and checks their metadata and contents. Then it
installs the wheel into new environments, with each Python and each extra, and uses it there as a command and
as a typed library.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from hatch_build import PACKAGES, ROOT, library_name
from tools.clean_install import Failed, check_types, install, megabytes, milliseconds, use
from tools.wheels import build, build_source, this_target, uv_path

PYTHONS = ("3.12", "3.13", "3.14")
EXTRAS = ("", "server", "aws")
"""What is installed: the package alone, and with each extra."""

TIMED = {
    "python alone": ("-c", "pass"),
    "import gifmill": ("-c", "import gifmill"),
    "with render": ("-c", "import gifmill; gifmill.render, gifmill.open_photo"),
    "gifmill effects": ("-m", "gifmill", "effects"),
}
"""Arguments of Python whose time is measured, by the name of the column."""

_NATIVE_SOURCES = (".c", ".h")


def expected_files() -> set[str]:
    """Return the files of this machine's wheel: those in git, with libraries in place of their sources."""
    listing = ["git", "ls-files", "-z", "--cached", "src/gifmill"]
    tracked = subprocess.run(listing, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    names = {name.removeprefix("src/") for name in tracked.stdout.split("\0") if name}
    libraries = {f"{package.as_posix()}/{library_name(this_target() or '')}" for package in PACKAGES}
    return {name for name in names if not name.endswith(_NATIVE_SOURCES)} | libraries


def check_contents(wheel: Path) -> None:
    """Check that a wheel has every file of the package, and no others.

    Raises:
        Failed: a file is missing or must not be there.
    """
    with ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}
    expected = expected_files()
    if found != expected:
        missing, unexpected = sorted(expected - found), sorted(found - expected)
        raise Failed(f"{wheel.name}: missing {missing}, unexpected {unexpected}")


def find_python(version: str) -> tuple[str, str]:
    """Return the interpreter of a version, downloaded if uv can; or an empty path and the reason."""
    find = ("find", "--no-project", version)
    path, reason = _uv_python(*find)
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    path = path or next((str(each) for each in root.glob(f"versions/{version}.*/bin/python{version}")), "")
    if not path:  # pyenv puts a version on the path only after it was chosen, so uv does not find it
        _, reason = _uv_python("install", version)
        path, _ = _uv_python(*find)
    return path, "" if path else reason


def _uv_python(*arguments: str) -> tuple[str, str]:
    """Run `uv python` and return its output, or an empty one and the cause of its failure."""
    done = subprocess.run([uv_path(), "python", *arguments], capture_output=True, text=True, check=False)
    causes = [line.strip().removeprefix("cause: ") for line in done.stderr.splitlines() if line.strip()]
    return (done.stdout.strip(), "") if done.returncode == 0 else ("", (causes or ["no reason given"])[-1])


def check_files(folder: Path) -> Path:
    """Build what a release uploads, check its metadata, README and contents, and return the wheel.

    Args:
        folder: receives the files.

    Raises:
        Failed: there is no wheel for this machine, or its contents are wrong.
        subprocess.CalledProcessError: a program failed, and has printed the reason.
    """
    target = this_target()
    if target is None:
        raise Failed("No wheel is built for this machine's platform.")
    source, wheel = build_source(folder), build(folder, target)
    python = sys.executable
    subprocess.run(
        [python, "-m", "twine", "--no-color", "check", "--strict", str(source), str(wheel)], check=True
    )
    subprocess.run([python, "-m", "check_wheel_contents", str(wheel)], check=True)
    check_contents(wheel)
    return wheel


def check_installs(wheel: Path, version: str, python: str) -> None:
    """Install a wheel with each extra, use it, and print a row of the table for each.

    Raises:
        Failed: something does not work.
    """
    for extra in EXTRAS:
        with TemporaryDirectory() as folder:
            installed = install(wheel, python, extra, Path(folder) / "venv")
            size = megabytes(installed.folder)
            times = [milliseconds(installed.python, arguments) for arguments in TIMED.values()]
            use(installed, extra)
            if not extra:
                check_types(installed)
        texts = (f"{time:.0f} ms" for time in times)
        cells = "".join(f"{text:>{len(name) + 2}}" for name, text in zip(TIMED, texts, strict=True))
        print(f"{version:8}{extra or 'base':8}{size:6.1f}{cells}", flush=True)


def main() -> int:
    """Run all checks, print what was found, and return 1 if one failed."""
    with TemporaryDirectory() as folder:
        try:
            wheel = check_files(Path(folder))
            print(f"\nPython  install {'MB':>6}{''.join(f'{name:>{len(name) + 2}}' for name in TIMED)}")
            for version in PYTHONS:
                python, reason = find_python(version)
                if python:
                    check_installs(wheel, version, python)
                else:
                    print(f"{version:8}skipped: there is none here, and uv cannot download it ({reason})")
        except (Failed, subprocess.CalledProcessError) as error:
            print(f"release-check: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
