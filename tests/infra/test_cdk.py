"""The files that the CDK's command reads: cdk.json, package.json and its lock."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUPPORTED = (22, 24)
"""Releases of node that the CDK runs on without a warning; the package has one of them."""


def test_the_node_of_the_virtual_environment_is_one_that_the_cdk_supports() -> None:
    node = Path(sys.executable).with_name("node")
    version = subprocess.check_output([node, "--version"], text=True)
    assert version.startswith(tuple(f"v{release}." for release in SUPPORTED))


def test_cdk_json_starts_the_app() -> None:
    config = json.loads((ROOT / "cdk.json").read_text())
    assert config["app"] == ".venv/bin/python -m infra.app"
    assert (ROOT / "infra/app.py").exists()


def test_cdk_json_sets_no_deploy_option() -> None:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    assert all(name.startswith("@aws-cdk/") for name in context), (
        "deploy options have their defaults in infra/"
    )


def test_the_command_is_pinned_to_a_version_that_reads_the_librarys_output() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    version = package["devDependencies"]["aws-cdk"]
    # Later major versions reject what aws-cdk-lib 2 writes.
    assert re.fullmatch(r"2\.\d+\.\d+", version)
    assert lock["packages"]["node_modules/aws-cdk"]["version"] == version
