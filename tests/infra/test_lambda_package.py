from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hatch_build
from infra import lambda_package
from infra.lambda_package import MAX_BYTES, PLATFORMS, build_code, build_layer, package_sizes

ELF = b"\x7fELF"
MACHINES = {"arm64": 183, "x86_64": 62}
"""EM_AARCH64 and EM_X86_64. Source: System V ABI, e_machine, the half word at byte 18."""

THIS_ARCH = "arm64" if os.uname().machine in {"aarch64", "arm64"} else "x86_64"


def run_bare(script: str, **environ: str) -> str:
    """Return a script's output in the base interpreter, with only layer and code on its path."""
    path = os.pathsep.join((str(build_code(THIS_ARCH)), str(build_layer(THIS_ARCH) / "python")))
    base: str = sys._base_executable  # type: ignore[attr-defined]
    command = [base, "-S", "-P", "-c", script]
    ended = subprocess.run(
        command, env={"PYTHONPATH": path, **environ}, check=True, stdout=subprocess.PIPE, text=True
    )
    return ended.stdout


@pytest.fixture(scope="module", params=PLATFORMS)
def arch(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


def test_layer_and_code_are_small(arch: str) -> None:
    together = package_sizes(build_layer(arch) / "python") | package_sizes(build_code(arch))

    assert 0 < sum(together.values()) <= MAX_BYTES
    documented = f"{sum(together.values()) / 1e6:.0f} MB for {arch.replace('_', '-')}"
    assert documented in (lambda_package.ROOT / "docs/guides/deploy-to-aws.md").read_text()


def test_every_library_that_a_binary_of_pillow_links_to_is_there(arch: str) -> None:
    """Wheels rename their libraries to have a hash in the name, by which others link to them."""
    pillow = build_layer(arch) / "python/PIL"
    present = {path.name for path in (pillow.parent / "pillow.libs").iterdir()}
    for path in [*pillow.glob("*.so"), *(pillow.parent / "pillow.libs").iterdir()]:
        linked = re.findall(rb"lib[a-zA-Z0-9_]+-[0-9a-f]{8}\.so[0-9.]*", path.read_bytes())
        assert {name.decode() for name in linked} - {path.name} <= present, path


def test_a_caption_is_drawn_with_layer_and_code_alone() -> None:
    script = """
import numpy as np
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.rendering.captions import Caption, add_caption
black = Animation((Frame(np.zeros((64, 96, 3), np.uint8), Plain(), 10),), Size(96, 64))
print(add_caption(black, Caption("Zażółć, привет")).canvas(0).max())
"""
    assert run_bare(script) == "255\n"


def test_package_sizes_count_every_file(arch: str) -> None:
    folder = build_layer(arch)

    files = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert sum(package_sizes(folder / "python").values()) == sum(files)


def test_every_binary_is_for_the_architecture(arch: str) -> None:
    binaries = (path for folder in (build_layer(arch), build_code(arch)) for path in folder.rglob("*.so*"))
    heads = {path: path.read_bytes()[:20] for path in binaries}
    machines = {path.name: int.from_bytes(head[18:20], "little") for path, head in heads.items()}

    assert all(head.startswith(ELF) for head in heads.values())
    assert set(machines.values()) == {MACHINES[arch]}


def test_every_module_is_compiled_and_never_checked_again(arch: str) -> None:
    for folder in (build_layer(arch), build_code(arch)):
        for module in folder.rglob("*.py"):
            compiled = module.parent / "__pycache__" / f"{module.stem}.{sys.implementation.cache_tag}.pyc"
            flags = int.from_bytes(compiled.read_bytes()[4:8], "little")
            assert flags == 0b01, module  # by hash, unchecked: PEP 552


def test_the_layer_contains_only_base_and_the_extra_aws(arch: str) -> None:
    names = {path.name.partition("-")[0] for path in (build_layer(arch) / "python").glob("*.dist-info")}

    assert {"numpy", "pillow", "starlette", "mangum", "obstore"} <= names
    assert not names & {"boto3", "botocore", "uvicorn", "prometheus_client", "websockets"}


def test_the_code_is_this_tree_without_command_page_and_server() -> None:
    code, ours = (
        {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
        for folder in (build_code(THIS_ARCH), lambda_package.SOURCE)
    )
    libraries = {package / "libgifmill.so" for package in hatch_build.PACKAGES}
    ours = {path for path in ours if path.suffix not in (".c", ".h")} | libraries
    left_out = {path for path in ours if path.parts[1] in ("cli", "page", "server")}
    assert {path.parts[1] for path in left_out} == {"cli", "page", "server"}
    assert code == ours - left_out - {Path("gifmill/py.typed")}


def test_builds_are_reproducible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [build_layer(THIS_ARCH), build_code(THIS_ARCH)]
    monkeypatch.setattr(lambda_package, "CACHE", tmp_path)
    again = [build_layer(THIS_ARCH), build_code(THIS_ARCH)]

    for one, other in zip(first, again, strict=True):
        assert one != other
        assert contents(one) == contents(other)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_different_code_has_a_different_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build_code(THIS_ARCH).name
    shutil.copytree(lambda_package.SOURCE / "gifmill", tmp_path / "gifmill")
    monkeypatch.setattr(lambda_package, "SOURCE", tmp_path)
    monkeypatch.setattr(lambda_package, "CACHE", tmp_path / "cache")
    same = build_code(THIS_ARCH).name
    (tmp_path / "gifmill" / "errors.py").write_text("changed = True\n")

    assert same == before
    assert build_code(THIS_ARCH).name != before


@pytest.mark.parametrize("package", hatch_build.PACKAGES, ids=str)
def test_different_c_code_has_a_different_name(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build_code(THIS_ARCH).name
    shutil.copytree(hatch_build.SOURCES / "gifmill", tmp_path / "gifmill")
    monkeypatch.setattr(hatch_build, "SOURCES", tmp_path)
    monkeypatch.setattr(lambda_package, "CACHE", tmp_path / "cache")
    same = build_code(THIS_ARCH).name
    with (tmp_path / package / "core.h").open("a") as header:
        header.write("/* changed */\n")

    assert same == before
    assert build_code(THIS_ARCH).name != before


@pytest.mark.parametrize("package", hatch_build.PACKAGES, ids=str)
def test_the_native_libraries_run_with_the_glibc_of_amazon_linux(arch: str, package: Path) -> None:
    library = build_code(arch) / package / "libgifmill.so"
    versions = re.findall(rb"GLIBC_(\d+)\.(\d+)", library.read_bytes())
    assert max(((int(major), int(minor)) for major, minor in versions), default=(2, 0)) <= (2, 34)


def test_a_failed_build_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gifmill").mkdir()
    (tmp_path / "gifmill" / "broken.py").write_text("def\n")
    monkeypatch.setattr(lambda_package, "SOURCE", tmp_path)
    monkeypatch.setattr(lambda_package, "CACHE", tmp_path / "cache")

    with pytest.raises(subprocess.CalledProcessError):
        build_code(THIS_ARCH)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("function", ["api", "dead_letters", "intake", "render"])
def test_a_function_imports_only_layer_and_code(function: str, tmp_path: Path) -> None:
    """Lambda's path also has boto3. Its import takes longer than a GIF, so no such function may import it."""
    store = tmp_path.as_uri()
    stores = {"PHOTO_STORE": store, "GIF_STORE": store, "PHOTO_BUCKET_URL": "https://photos.example.org/"}
    shown = run_bare(
        f"import sys, gifmill.aws.{function} as f; print(callable(f.handler), *sys.modules)",
        EFFECT="blur",
        **stores,
    )

    handler, *modules = shown.split()
    assert handler == "True"
    assert not {"boto3", "uvicorn", "prometheus_client", "websockets", "pi_heif"} & set(modules)
