"""Imports point one way, and what is slow to import is imported where it is needed."""

from __future__ import annotations

import subprocess
import sys


def imported_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_imports_point_one_way() -> None:
    """In a process of its own: import-linter sets up the logging of whichever it runs in."""
    script = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_importing_the_package_imports_nothing_else() -> None:
    assert imported_after("import gifmill").isdisjoint({"numpy", "PIL", "obstore", "starlette", "anyio"})


def test_the_registry_and_the_names_need_no_pixels() -> None:
    modules = imported_after("import gifmill.orders.keys, gifmill.rendering.catalogue, gifmill.settings")
    assert modules.isdisjoint({"numpy", "PIL", "obstore", "starlette"})


def test_the_server_itself_touches_no_pixels() -> None:
    code = "from gifmill.server.app import create_local_app; from gifmill.settings import Settings\n"
    code += "import tempfile; create_local_app(tempfile.mkdtemp(), 1, Settings())"
    modules = imported_after(code)
    assert "starlette" in modules
    assert modules.isdisjoint({"numpy", "PIL"})


def test_rendering_needs_no_server() -> None:
    modules = imported_after("import gifmill; gifmill.render, gifmill.open_photo")
    assert "numpy" in modules
    assert modules.isdisjoint({"starlette", "uvicorn", "anyio", "obstore"})
