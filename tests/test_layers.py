"""Layers of the package: directions of imports, and lazy imports of slow libraries."""

from __future__ import annotations

import subprocess
import sys


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
