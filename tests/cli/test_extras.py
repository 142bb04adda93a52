"""The base install without its extras: what works, and what an error says to install."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gifmill.cli.extras import extra
from gifmill.errors import MissingExtra

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/gifmill"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUNTIME_OF_LAMBDA = {"boto3", "botocore"}


def import_names(requirements: list[str]) -> set[str]:
    """Return the names of the modules that requirements install."""
    names = {canonicalize_name(Requirement(line).name) for line in requirements}
    return {
        module
        for module, distributions in packages_distributions().items()
        if names & {*map(canonicalize_name, distributions)}
    }


BASE = import_names(PROJECT["dependencies"])
OPTIONAL = import_names([line for lines in EXTRAS.values() for line in lines]) - BASE

ALLOWED = {
    "aws": BASE | import_names(EXTRAS["aws"]) | RUNTIME_OF_LAMBDA,
    "server": BASE | import_names(EXTRAS["server"]),
    **dict.fromkeys(
        ("orders", "store", "web"), BASE | import_names(EXTRAS["aws"]) & import_names(EXTRAS["server"])
    ),
    "cli/doctor.py": BASE | import_names(EXTRAS["server"]),
}
"""By part of the package, the modules of others that it may import. Any other part may import `BASE`."""

RUN = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""


def run_without_extras(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that finds no package of an extra."""
    script = RUN.format(absent=sorted(OPTIONAL)) + code
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def gifmill(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that finds no package of an extra."""
    return run_without_extras("from gifmill.cli import main; sys.exit(main())", *arguments)


def test_the_tested_packages_are_those_of_the_extras() -> None:
    assert {"anyio", "mangum", "obstore", "starlette", "uvicorn", "websockets"} <= OPTIONAL
    assert {"PIL", "isal", "numpy", "pi_heif"} <= BASE


def test_every_public_name_is_there_without_extras() -> None:
    done = run_without_extras("import gifmill; [getattr(gifmill, name) for name in gifmill.__all__]")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["effects"], ["effects", "--json"]], ids=" ".join
)
def test_a_subcommand_works_without_extras(arguments: list[str]) -> None:
    done = gifmill(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_make_works_without_extras(cat: str, tmp_path: Path) -> None:
    done = gifmill("make", cat, "--pack", "classic", "--size", "16", "-o", str(tmp_path / "out"))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / "out").glob("*.gif"))) == 3


@pytest.mark.parametrize("subcommand", ["serve", "doctor"])
def test_a_subcommand_without_its_extra_says_in_one_line_what_to_install(
    subcommand: str, tmp_path: Path
) -> None:
    done = gifmill(subcommand, "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert re.match(rf"gifmill: `gifmill {subcommand}` needs \w+, which is not installed\.", line)
    assert "pip install 'gifmill[server]'" in line
    assert not (tmp_path / "data").exists()


def test_the_code_of_a_missing_extra_is_stable() -> None:
    with pytest.raises(MissingExtra) as caught, extra("server", "serve"):
        raise ModuleNotFoundError("No module named 'anyio'", name="anyio.abc")
    assert caught.value.code == "missing_extra"
    assert "needs anyio," in caught.value.message


def test_a_missing_module_of_gifmill_is_no_missing_extra() -> None:
    with pytest.raises(ModuleNotFoundError), extra("server", "serve"):
        raise ModuleNotFoundError("No module named 'gifmill.nothing'", name="gifmill.nothing")


def imported_packages(path: Path) -> set[str]:
    """Return the packages of others that a module imports, those for type checks alone left out."""
    found = set()
    pending: list[ast.AST] = [ast.parse(path.read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            pending += node.orelse
            continue
        pending += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found - sys.stdlib_module_names - {"gifmill"}


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_a_module_imports_only_what_its_extra_installs(path: Path) -> None:
    name = path.relative_to(PACKAGE)
    allowed = ALLOWED.get(name.as_posix()) or ALLOWED.get(name.parts[0]) or BASE
    assert imported_packages(path) - allowed == set()


@pytest.mark.parametrize("lines", [PROJECT["dependencies"], EXTRAS["aws"]], ids=["base", "aws"])
def test_no_requirement_has_an_upper_bound(lines: list[str]) -> None:
    """It would clash with other packages of the same environment."""
    bounds = {str(bound) for line in lines for bound in Requirement(line).specifier}
    assert {bound for bound in bounds if not bound.startswith(">=")} == set()
