"""Build wheels for all platforms, and try this machine's: `.venv/bin/python -m tools.wheels`.

Zig compiles the native libraries for each platform, so one machine builds them all. The trial installs a
wheel into a new environment and makes a GIF without a compiler on the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.tags import platform_tags

from hatch_build import PLATFORMS, ROOT

PHOTO = ROOT / "cat.jpg"


def build(folder: Path, target: str) -> Path:
    """Build the wheel for a target into a folder and return its path.

    Raises:
        KeyError: the target is unknown.
        subprocess.CalledProcessError: the build failed; it has printed the reason.
    """
    _uv("build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT), GIFMILL_TARGET=target)
    [wheel] = folder.glob(f"gifmill-*-py3-none-{PLATFORMS[target]}.whl")
    return wheel


def build_source(folder: Path) -> Path:
    """Build the source distribution into a folder and return its path.

    Raises:
        subprocess.CalledProcessError: the build failed; it has printed the reason.
    """
    _uv("build", "--quiet", "--sdist", "--out-dir", str(folder), str(ROOT))
    [source] = folder.glob("gifmill-*.tar.gz")
    return source


def try_wheel(wheel: Path, output: Path) -> Path:
    """Install a wheel into a new environment, make a GIF with it, and return the GIF's path.

    Args:
        wheel: a wheel for this machine.
        output: an empty folder for the GIF.

    Raises:
        subprocess.CalledProcessError: the installation or the command failed.
    """
    with TemporaryDirectory() as folder:
        environment = Path(folder) / "venv"
        commands = environment / ("Scripts" if sys.platform == "win32" else "bin")
        requirements = Path(folder) / "requirements.txt"
        _uv("export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "-o", str(requirements))
        _uv("venv", "--quiet", "--python", sys.executable, str(environment))
        into = ("--python", str(environment), "--only-binary", ":all:")
        _uv("pip", "install", "--quiet", *into, "-r", str(requirements))
        _uv("pip", "install", "--quiet", *into, "--no-deps", str(wheel))
        bare = {"PATH": str(commands), "HOME": folder}
        make = [
            str(commands / "gifmill"),
            "make",
            str(PHOTO),
            "-e",
            "zoom",
            "--size",
            "120",
            "-o",
            str(output),
        ]
        subprocess.run(make, check=True, cwd=folder, env=bare, stdout=subprocess.DEVNULL)
    [gif] = output.glob("*.gif")
    return gif


def this_target() -> str | None:
    """Return the target whose wheels pip installs on this machine, or None."""
    supported = set(platform_tags())
    return next((target for target, tag in PLATFORMS.items() if tag in supported), None)


def uv_path() -> str:
    """Return the path of uv, which is installed if it is missing."""
    path = subprocess.run(["sh", "tools/uv.sh"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return path.stdout.strip()


def _uv(*arguments: str, **environ: str) -> None:
    subprocess.run([uv_path(), *arguments], cwd=ROOT, check=True, env={**os.environ, **environ})


def main() -> None:
    """Build the source distribution and all wheels into dist/, then try this machine's wheel."""
    folder = ROOT / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    build_source(folder)
    wheels = {target: build(folder, target) for target in PLATFORMS}
    for path in sorted(folder.glob("gifmill-*")):
        print(f"{path.stat().st_size / 1e6:6.2f} MB  {path.relative_to(ROOT)}")
    target = this_target()
    if target is None:
        print("No wheel is for this machine, so none was tried.")
        return
    with TemporaryDirectory() as trial:
        gif = try_wheel(wheels[target], Path(trial))
        print(f"{wheels[target].name} made a GIF of {gif.stat().st_size / 1e3:.0f} kB in a clean environment")


if __name__ == "__main__":
    main()
