"""Layers of the package: directions of imports, and lazy imports of slow libraries."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FACES = ("", ".cli", ".effects", ".gif", ".orders", ".photo", ".rendering", ".server", ".store", ".web")


def imported_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_imports_follow_the_layers() -> None:
    """In a separate process, since import-linter configures logging."""
    script = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_architecture_page_has_every_layer_and_module() -> None:
    page = (ROOT / "docs/background/architecture.md").read_text()
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    diagram = re.search(r"### Import order\n.+?```\n(.+?)\n```", page, re.DOTALL)
    assert diagram is not None
    assert diagram[1].splitlines() == layers

    rows = set(re.findall(r"^\| `(\w+)(?:\.py)?` \|", page, re.MULTILINE))
    assert {name.strip() for layer in layers for name in layer.split("|")} <= rows


@pytest.mark.parametrize("name", [f"gifmill{face}" for face in FACES])
def test_the_three_lists_of_a_face_agree(name: str) -> None:
    """A lazy name is in `__all__`, in the imports for type checkers, and in the call of `lazy_names`."""
    face = import_module(name)
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    statements = ast.parse(Path(spec.origin).read_text()).body
    guarded = [each for node in statements if isinstance(node, ast.If) for each in node.body]
    typed = {
        alias.asname or alias.name: node.module
        for node in guarded
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gifmill")
        for alias in node.names
    }

    assert set(typed) <= set(face.__all__) <= set(dir(face))
    for public in face.__all__:
        found = getattr(face, public)
        if module := typed.get(public):
            assert found is getattr(import_module(module), public)


def test_importing_gifmill_imports_no_library() -> None:
    assert imported_after("import gifmill").isdisjoint({"numpy", "PIL", "obstore", "starlette", "anyio"})


def test_registry_and_object_names_import_no_image_libraries() -> None:
    modules = imported_after("import gifmill.orders.keys, gifmill.rendering.catalogue, gifmill.settings")
    assert modules.isdisjoint({"numpy", "PIL", "obstore", "starlette"})


def test_the_server_imports_no_image_libraries() -> None:
    code = "from gifmill.server.app import create_local_app; from gifmill.settings import Settings\n"
    code += "import tempfile; create_local_app(tempfile.mkdtemp(), 1, Settings())"
    modules = imported_after(code)
    assert "starlette" in modules
    assert modules.isdisjoint({"numpy", "PIL"})


def test_rendering_imports_no_server_libraries() -> None:
    modules = imported_after("import gifmill; gifmill.render, gifmill.open_photo")
    assert "numpy" in modules
    assert modules.isdisjoint({"starlette", "uvicorn", "anyio", "obstore"})
