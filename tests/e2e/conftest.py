"""The stack, deployed once for all tests that need it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.commands import require_cdk
from tests.e2e.deployed_stack import DeployedStack, deploy
from tests.emulator.process import emulator, require_emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAST = Path(__file__).with_name("test_destroy.py")
"""Ends the stack, so nothing that needs it may come later; nor may it wait for what has no need of it."""

_MAX_OUTPUT_CHARS = 20_000
_TIMEOUT_S = 600
"""The first test waits for the deploy, which may have to download the layer's packages."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in ours:
        item.add_marker("emulator")
        item.add_marker(pytest.mark.timeout(_TIMEOUT_S))
    others = [item for item in items if item not in set(ours)]
    items[:] = [*sorted(ours, key=lambda item: item.path == _LAST), *others]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStack]:
    """The deployed stack. Whoever changes it puts it back."""
    require_emulator()
    require_cdk()
    with emulator() as running, deploy(running, tmp_path_factory.mktemp("deploy")) as stack:
        yield stack


@pytest.fixture(scope="session")
def service(cloud: DeployedStack) -> DeployedStack:
    """Where the contract is to be kept."""
    return cloud


@pytest.fixture(autouse=True)
def log(request: pytest.FixtureRequest, cloud: DeployedStack) -> Iterator[None]:
    """What emulator and functions say meanwhile, shown if the test fails."""
    before = cloud.emulator.log.stat().st_size
    yield
    with cloud.emulator.log.open("rb") as file:
        file.seek(before)
        said = file.read().decode(errors="replace")
    request.node.add_report_section("teardown", "emulator", said[-_MAX_OUTPUT_CHARS:])
