"""What the Lambda functions run: a layer with the libraries, and our own code. Built without Docker.

    python -m infra.lambda_package --arch x86_64    builds both and prints what is large

The layer holds the versions of uv.lock, checked against the lock's hashes, as wheels for Amazon Linux 2023.
Same input, same bytes: CDK names assets after their content, so what did not change is not deployed again.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "lambda"
SOURCE = ROOT / "src"

PYTHON = "3.13"
"""The version of the functions' runtime. Compiled modules fit no other."""

PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
"""For each architecture of Lambda the wheels that run there: Amazon Linux 2023 has glibc 2.34."""

MAX_BYTES = 100_000_000
"""How large layer and code may be together; Lambda takes 250 MB. Source: AWS Lambda quotas."""

_NEVER_RUNS = (
    ".lock",  # uv's own
    "bin",  # commands
    "**/tests",
    "**/*.pyi",
    "**/py.typed",
    "**/*.pxd",
    "**/*.[ach]",  # headers and static libraries, for C that is built against numpy
    "numpy/f2py",  # builds Fortran
    "numpy/_core/_*_tests.*.so",
    "numpy/_core/_simd.*.so",  # for numpy's own tests
    "numpy/testing",
    "aws_lambda_powertools/event_handler",  # a web framework; ours is Starlette
    "PIL/_imagingtk.*.so",
)
"""Patterns below the layer's folder of packages."""

_INSTALLERS_NOTES = ("direct_url.json", "INSTALLER", "RECORD", "REQUESTED", "sboms", "uv_*.json", "WHEEL")
"""Of what a distribution tells of itself METADATA stays, which Amazon Inspector reads, and the licences."""

_NOT_ON_LAMBDA = {"cli", "page", "server"}
"""Parts of our package that no function imports; CloudFront serves the page."""


def build_layer(arch: str) -> Path:
    """A folder to be made a layer of: `python/` with all packages of the group `lambda`.

    Args:
        arch: the functions' architecture, `arm64` or `x86_64`.

    Raises:
        KeyError: there is no such architecture.
        subprocess.CalledProcessError: uv could not get or install the packages.
    """
    platform = PLATFORMS[arch]
    requirements = _uv("export", "--frozen", "--only-group", "lambda", "--no-header", "--no-annotate")
    this = Path(__file__).read_bytes()
    built = CACHE / f"layer-{arch}-{_digest([requirements.encode(), arch.encode(), this])}"

    def build(folder: Path) -> None:
        packages = folder / "python"
        into = ("--target", str(packages), "--python", sys.executable, "--link-mode", "copy")
        runtime = ("--python-platform", platform, "--python-version", PYTHON, "--only-binary", ":all:")
        _uv("pip", "install", "--quiet", "--require-hashes", *into, *runtime, "-r", "-", stdin=requirements)
        _strip(packages)
        _compile(packages, "/opt/python")

    return _cached(built, build)


def build_code() -> Path:
    """Return a folder with our package as the functions have it."""
    package = SOURCE / "gifmill"
    modules = {
        path.relative_to(SOURCE): path.read_bytes()
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0] not in _NOT_ON_LAMBDA
    }
    named = (part for path, content in modules.items() for part in (path.as_posix().encode(), content))
    this = Path(__file__).read_bytes()

    def build(folder: Path) -> None:
        for path, content in modules.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        _compile(folder, "/var/task")

    return _cached(CACHE / f"code-{_digest([*named, this])}", build)


def sizes(folder: Path) -> dict[str, int]:
    """The bytes of each package in a folder of packages, largest first, with the libraries that it brings."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            top = next(part for part in path.relative_to(folder).parts if part != "__pycache__")
            name = top.lstrip("_").partition("-")[0].partition(".")[0]
            found["pillow" if name == "PIL" else name] += path.stat().st_size
    return dict(found.most_common())


def _cached(folder: Path, build: Callable[[Path], None]) -> Path:
    """The folder, built where it is missing. It takes its name when all of it is there."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(mkdtemp(dir=folder.parent, prefix=".building-"))
        try:
            build(unfinished)
            unfinished.chmod(0o755)
            unfinished.rename(folder)
        except OSError:
            if not folder.exists():  # else somebody else built the same meanwhile
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _strip(packages: Path) -> None:
    own = (f"*.dist-info/{note}" for note in _INSTALLERS_NOTES)
    for pattern in (*_NEVER_RUNS, *own):
        for path in list(packages.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _compile(folder: Path, place: str) -> None:
    """Compile every module, for a runtime that cannot: there a layer and the code are read-only.

    Compiled modules are trusted as they are (unchecked hash): by default Python compares them with the time
    of their source, and archives change times. Sources stay beside them, for the lines in a traceback. It is
    done in a process of its own, because what else a process has imported leaves its mark on the bytes.

    Args:
        folder: where the modules are now.
        place: where they will be.

    Raises:
        RuntimeError: this Python is of another version than the runtime's.
        subprocess.CalledProcessError: a module cannot be compiled.
    """
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    if ours != PYTHON:
        raise RuntimeError(f"Lambda runs Python {PYTHON}, and only that can compile for it, not {ours}.")
    how = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", place]
    subprocess.run([sys.executable, "-I", "-m", "compileall", *how, str(folder)], check=True)


def _uv(*arguments: str, stdin: str = "") -> str:
    """What uv prints.

    Raises:
        subprocess.CalledProcessError: it failed; it has said why.
    """
    path = subprocess.run(["sh", "tools/uv.sh"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    command = [path.stdout.strip(), *arguments]
    ended = subprocess.run(command, cwd=ROOT, check=True, input=stdin, stdout=subprocess.PIPE, text=True)
    return ended.stdout


def _digest(parts: Iterable[bytes]) -> str:
    """One name for all parts, in their order: each counts with its own digest, so none runs into the next."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def main() -> None:
    """Build both parts and print how large they are."""
    parser = argparse.ArgumentParser(prog="python -m infra.lambda_package")
    parser.add_argument("--arch", choices=PLATFORMS, default="arm64", help="default: arm64")
    arch = parser.parse_args().arch
    layer, code = build_layer(arch), build_code()
    found = sizes(layer / "python") | sizes(code)
    for name, size in found.items():
        print(f"{size / 1e6:8.2f} MB  {name}")
    total = sum(found.values())
    print(f"{total / 1e6:8.2f} MB  together, of {MAX_BYTES / 1e6:.0f}\n\nlayer  {layer}\ncode   {code}")


if __name__ == "__main__":
    main()
