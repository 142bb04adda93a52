"""Package of the Lambda functions: a layer with the libraries, and our own code. Built without Docker.

    python -m infra.lambda_package --arch x86_64    build both and print their sizes

The layer contains the versions of uv.lock, checked against its hashes, as wheels for Amazon Linux 2023.
Builds are reproducible: the CDK names assets after their content and deploys only those that changed.
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

import hatch_build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "lambda"
SOURCE = ROOT / "src"

PYTHON = "3.13"
"""The version of the functions' runtime. Compiled modules work with no other version."""

PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
"""By architecture, the platform of compatible wheels: Amazon Linux 2023 has glibc 2.34."""

TARGETS = {"arm64": "aarch64-linux-gnu.2.28", "x86_64": "x86_64-linux-gnu.2.28"}
"""By architecture, the same platform as Zig calls it, for the native libraries."""

MAX_BYTES = 100_000_000
"""Maximum size of layer and code together; Lambda accepts 250 MB. Source: AWS Lambda quotas."""

_REQUIREMENTS = (
    "--frozen",
    "--no-default-groups",
    "--extra",
    "aws",
    "--no-emit-project",
    "--no-header",
    "--no-annotate",
)
"""Options of `uv export` for the layer: our dependencies with those of the extra `aws`."""

_UNUSED_FILES = (
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
    "aws_lambda_powertools/event_handler",  # a web framework; gifmill uses Starlette
    "aws_lambda_powertools/utilities/[!_j]*",  # logs and metrics need only jmespath_utils
    "PIL/_imagingtk.*.so",
    "shtab*",  # completion of the command
)
"""Files that functions never use: patterns relative to the layer's folder of packages."""

_INSTALLER_FILES = ("direct_url.json", "INSTALLER", "RECORD", "REQUESTED", "sboms", "uv_*.json", "WHEEL")
"""Metadata files that are removed. METADATA stays for Amazon Inspector, and the licences stay too."""

_FONTS = "rendering/captions/fonts/*"
"""Files of our package that are no modules: the fonts of captions, with their licences."""

_UNUSED_PARTS = {"cli", "page", "server"}
"""Parts of our package that no function imports; CloudFront serves the page."""


def build_layer(arch: str) -> Path:
    """Build the folder of the layer: `python/` with all packages of the extra `aws`.

    Args:
        arch: the functions' architecture, `arm64` or `x86_64`.

    Raises:
        KeyError: the architecture is unknown.
        subprocess.CalledProcessError: uv could not download or install the packages.
    """
    platform = PLATFORMS[arch]
    requirements = _uv("export", *_REQUIREMENTS)
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


def build_code(arch: str) -> Path:
    """Build the folder of our package, without the parts that functions never import.

    Args:
        arch: the functions' architecture, for which the native libraries are compiled.

    Raises:
        KeyError: the architecture is unknown.
        subprocess.CalledProcessError: a module or a native library cannot be compiled.
    """
    target = TARGETS[arch]
    package = SOURCE / "gifmill"
    modules = {
        path.relative_to(SOURCE): path.read_bytes()
        for path in sorted([*package.rglob("*.py"), *package.glob(_FONTS)])
        if path.relative_to(package).parts[0] not in _UNUSED_PARTS
    }
    named = (part for path, content in modules.items() for part in (path.as_posix().encode(), content))
    native = (
        path.read_bytes()
        for native_package in hatch_build.PACKAGES
        for path in sorted((hatch_build.SOURCES / native_package).glob("*.[ch]"))
    )
    this = (Path(__file__).read_bytes(), Path(hatch_build.__file__).read_bytes(), target.encode())

    def build(folder: Path) -> None:
        for path, content in modules.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        _compile(folder, "/var/task")
        hatch_build.compile_all(folder, target)

    return _cached(CACHE / f"code-{arch}-{_digest([*named, *native, *this])}", build)


def package_sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of each package in a folder, largest first, including its bundled libraries."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            top = next(part for part in path.relative_to(folder).parts if part != "__pycache__")
            name = top.lstrip("_").partition("-")[0].partition(".")[0]
            found["pillow" if name == "PIL" else name] += path.stat().st_size
    return dict(found.most_common())


def _cached(folder: Path, build: Callable[[Path], None]) -> Path:
    """Return the folder, built if it is missing. It gets its name only when it is complete."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(mkdtemp(dir=folder.parent, prefix=".building-"))
        try:
            build(unfinished)
            unfinished.chmod(0o755)
            unfinished.rename(folder)
        except OSError:
            if not folder.exists():  # otherwise another process built the same folder first
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _strip(packages: Path) -> None:
    own = (f"*.dist-info/{name}" for name in _INSTALLER_FILES)
    for pattern in (*_UNUSED_FILES, *own):
        for path in list(packages.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _compile(folder: Path, runtime_path: str) -> None:
    """Compile every module. On Lambda the layer and the code are read-only, so the runtime cannot do it.

    Compiled modules have an unchecked hash: by default Python compares them with the modification time of
    their source, and archives change it. Sources stay, for the lines in a traceback. The compilation has its
    own process, because modules that a process has imported before change the compiled bytes.

    Args:
        folder: the modules.
        runtime_path: the path of the folder on Lambda.

    Raises:
        RuntimeError: this Python's version differs from the runtime's.
        subprocess.CalledProcessError: a module cannot be compiled.
    """
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if running != PYTHON:
        raise RuntimeError(
            f"Python {running} cannot compile for Lambda's Python {PYTHON}. Use Python {PYTHON}."
        )
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", runtime_path]
    subprocess.run([sys.executable, "-I", "-m", "compileall", *options, str(folder)], check=True)


def _uv(*arguments: str, stdin: str = "") -> str:
    """Run uv and return its standard output.

    Raises:
        subprocess.CalledProcessError: uv failed; its standard error says why.
    """
    path = subprocess.run(["sh", "tools/uv.sh"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    command = [path.stdout.strip(), *arguments]
    ended = subprocess.run(command, cwd=ROOT, check=True, input=stdin, stdout=subprocess.PIPE, text=True)
    return ended.stdout


def _digest(parts: Iterable[bytes]) -> str:
    """Return a digest of the parts in their order. It covers each part's own digest, so boundaries count."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def main() -> None:
    """Build both parts and print their sizes."""
    parser = argparse.ArgumentParser(prog="python -m infra.lambda_package")
    parser.add_argument("--arch", choices=PLATFORMS, default="arm64", help="default: arm64")
    arch = parser.parse_args().arch
    layer, code = build_layer(arch), build_code(arch)
    found = package_sizes(layer / "python") | package_sizes(code)
    for name, size in found.items():
        print(f"{size / 1e6:8.2f} MB  {name}")
    total = sum(found.values())
    print(
        f"{total / 1e6:8.2f} MB  in total, of at most {MAX_BYTES / 1e6:.0f}\n\nlayer  {layer}\ncode   {code}"
    )


if __name__ == "__main__":
    main()
