"""Every example of README and documentation runs as it is written, or has a reason why it is not run here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml
from PIL import Image
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))

NOT_RUN = {
    r"make( |$)": "tests/test_docs.py checks that the target exists; most run for minutes, or need AWS",
    r"(export AWS_|aws )": "needs an AWS account",
    r"(uv tool install|pip install) ": "needs the internet; tests/test_wheels.py installs the package",
    r"UV_PROJECT_ENVIRONMENT=|cp operate/|systemctl |systemd-run |podman ": "needs root and another machine",
    r"(GIFMILL_\w+=\S+ )*gifmill serve": "runs until it is stopped; another test starts the server",
    r"openapi-python-client ": "tests/web/test_generated_client.py generates the client",
}
"""Lines of shell that are not run, as patterns of their beginnings, and why."""

PYTHON_NOT_RUN = {
    "cookbook.md": "needs folders, web frameworks and a notebook: tests/test_cookbook.py has them",
    "http-api.md": "uses a generated client: tests/web/test_generated_client.py runs one",
}
"""Pages whose Python is not run, and why."""

PORT = "http://127.0.0.1:8000"
"""The address of the server in all examples."""

IDS = r"\bID\b|lht5vcphg2ppiofwu5ab4xqr2a"
"""What examples have in place of a photo's id."""


class Example(NamedTuple):
    """A block of code of a page.

    Attributes:
        page: path of the page.
        line: number of its first line, from 1.
        language: such as "sh".
        code: its text, without the indentation of the block.
    """

    page: Path
    line: int
    language: str
    code: str


def examples(*languages: str) -> list[Example]:
    """Return all blocks of these languages, in order."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for block in re.finditer(r"^( *)```(\w+)[^\n]*\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL):
            line = text[: block.start(3)].count("\n") + 1
            code = re.sub(rf"^{block[1]}", "", block[3], flags=re.MULTILINE)
            found.append(Example(page, line, block[2], code))
    return [each for each in found if each.language in languages]


def name(example: Example) -> str:
    """Return the name of an example in the output of tests."""
    return f"{example.page.name}:{example.line}"


def commands(example: Example) -> list[str]:
    """Return the commands of a block, with continued lines joined."""
    joined = example.code.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def is_run(command: str) -> bool:
    return not any(re.match(pattern, command) for pattern in NOT_RUN)


SHELL = [each for each in examples("sh", "bash", "shell", "console") if any(map(is_run, commands(each)))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that examples name, in which `.venv` is this environment."""
    photo = (ROOT / "cat.jpg").read_bytes()
    (tmp_path / "photos").mkdir()
    for path in ("cat.jpg", "photo.jpg", "dog.jpg", "photos/one.jpg", "photos/two.jpg"):
        (tmp_path / path).write_bytes(photo)
    with Image.open(ROOT / "cat.jpg") as image:
        image.save(tmp_path / "cat.png")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the examples with curl."""
    with serving(tmp_path_factory.mktemp("data")) as running:
        yield running


def run_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run lines of shell in which each command must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "HOME": str(folder), "GIFMILL_WORKER_MEMORY_MB": "800"}
    prelude = 'curl() { command curl --fail --silent --show-error "$@"; }\n'
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", prelude + script],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
        env=environ,
        check=False,
    )


@pytest.mark.parametrize("example", SHELL, ids=name)
def test_a_shell_example_succeeds(example: Example, folder: Path, server: Server) -> None:
    script = "\n".join(filter(is_run, commands(example)))
    for program in ("curl", "jq"):
        if f"{program} " in script and not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    if PORT in script:
        order = server.order((ROOT / "cat.jpg").read_bytes(), effects="spin", size=64)
        server.finished(order["id"])
        options = order["gifs"][0]["options"]
        script = re.sub(IDS, order["id"], script).replace(PORT, server.address.rstrip("/"))
        script = script.replace("/default/", f"/{options}/")
    script = script.replace("/var/lib/gifmill", str(folder / "data"))
    script = script.replace("gifmill make -- -cat.jpg", "cp cat.jpg ./-cat.jpg; gifmill make -- -cat.jpg")
    done = run_shell(script, folder)
    assert done.returncode == 0, done.stderr
    for file in re.findall(r"\b[\w-]+\.gif\b", "".join(re.findall(r"#.*", script))):
        assert (folder / file).read_bytes().startswith(b"GIF89a"), (
            file
        )  # a comment names what the line writes


PYTHON_PAGES = sorted(
    {each.page for each in examples("python") if each.page.name not in PYTHON_NOT_RUN}, key=str
)


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(page: Path, folder: Path) -> None:
    blocks = [each.code for each in examples("python") if each.page == page]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for file in re.findall(r'save\("([\w-]+\.gif)"\)', "\n".join(blocks)):
        assert (folder / file).read_bytes().startswith(b"GIF89a")


@pytest.mark.parametrize("example", examples("json", "toml", "yaml"), ids=name)
def test_an_example_of_data_is_well_formed(example: Example) -> None:
    parsers: dict[str, Callable[[str], object]] = {
        "json": json.loads,
        "toml": tomllib.loads,
        "yaml": yaml.safe_load,
    }
    assert parsers[example.language](example.code)


@pytest.mark.parametrize("example", examples("js"), ids=name)
def test_an_example_of_javascript_has_no_syntax_errors(example: Example, tmp_path: Path) -> None:
    node = Path(sys.executable).with_name("node")
    if not node.exists():
        pytest.skip("node is not installed: make test installs it")
    (tmp_path / "example.mjs").write_text(example.code)
    done = subprocess.run([node, "--check", "example.mjs"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_reason_not_to_run_an_example_is_used() -> None:
    lines = [line for each in examples("sh", "bash", "shell", "console") for line in commands(each)]
    assert [pattern for pattern in NOT_RUN if not any(re.match(pattern, line) for line in lines)] == []
    assert set(PYTHON_NOT_RUN) <= {each.page.name for each in examples("python")}


def test_no_example_has_a_language_that_nothing_checks() -> None:
    known = {"sh", "python", "js", "json", "toml", "yaml", "ini", "nginx", "text"}
    blocks = [each for page in PAGES for each in re.findall(r"^ *```(\w+)", page.read_text(), re.MULTILINE)]
    assert set(blocks) <= known
