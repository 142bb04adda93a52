"""Fixtures of the stack, deployed once for all tests."""

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
"""Deletes the stack, so it runs after all tests that need the stack, and before tests that do not."""

_MAX_OUTPUT_CHARS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    e2e_items = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in e2e_items:
        item.add_marker("emulator")
    others = [item for item in items if item not in set(e2e_items)]
    items[:] = [*sorted(e2e_items, key=lambda item: item.path == _LAST), *others]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStack]:
    """Yield the deployed stack. A test that changes it restores it."""
    require_emulator()
    require_cdk()
    with emulator() as running, deploy(running, tmp_path_factory.mktemp("deploy")) as deployed:
        yield deployed


@pytest.fixture(scope="session")
def service(stack: DeployedStack) -> DeployedStack:
    """Return the service under test of the HTTP contract."""
    return stack


@pytest.fixture(autouse=True)
def log(request: pytest.FixtureRequest, stack: DeployedStack) -> Iterator[None]:
    """Show the log lines of the emulator and the functions if the test fails."""
    before = stack.emulator.log.stat().st_size
    yield
    with stack.emulator.log.open("rb") as file:
        file.seek(before)
        lines = file.read().decode(errors="replace")
    request.node.add_report_section("teardown", "emulator", lines[-_MAX_OUTPUT_CHARS:])
