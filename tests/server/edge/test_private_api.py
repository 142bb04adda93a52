"""Private API of uvicorn and h11 that `http_protocol` uses."""

from __future__ import annotations

import asyncio
import inspect
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import h11
import pytest
import uvicorn
from packaging.requirements import Requirement
from packaging.version import Version
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from gifmill.server.edge import http_protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"
SUBCLASSES = {
    http_protocol._Http: H11Protocol,
    http_protocol._Socket: WebSocketsSansIOProtocol,
    http_protocol._Connection: h11.Connection,
}
HOOKS = {
    http_protocol._Http: {
        "connection_made", "connection_lost", "data_received", "resume_writing", "send_400_response",
    },
    http_protocol._Socket: {
        "connection_lost", "pause_writing", "resume_writing", "handle_ping", "handle_pong", "handle_cont",
    },
    http_protocol._Connection: {"next_event"},
}  # fmt: skip


@pytest.mark.parametrize("package", ["uvicorn", "h11"])
def test_installed_release_is_in_the_pinned_range(package: str) -> None:
    lines = tomllib.loads(PYPROJECT.read_text())["project"]["optional-dependencies"]["server"]
    [allowed] = [each.specifier for each in map(Requirement, lines) if each.name == package]
    installed = Version(version(package))

    assert installed in allowed
    assert Version(f"{installed.major}.{installed.minor + 1}") not in allowed


@pytest.mark.parametrize("subclass", SUBCLASSES, ids=lambda subclass: subclass.__name__)
def test_overridden_methods_exist_with_the_same_signature(subclass: type) -> None:
    base = SUBCLASSES[subclass]
    for name in HOOKS[subclass]:
        assert name in vars(base), name
        assert len(inspect.signature(vars(subclass)[name]).parameters) == len(
            inspect.signature(vars(base)[name]).parameters
        ), name


@pytest.mark.parametrize("subclass", SUBCLASSES, ids=lambda subclass: subclass.__name__)
def test_no_other_attribute_of_the_base_class_is_overridden(subclass: type) -> None:
    added = {name for name in vars(subclass) if not name.startswith("__")} - HOOKS[subclass]

    assert added & set(dir(SUBCLASSES[subclass])) == set()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.mark.parametrize(
    ("base", "fields"),
    [
        (H11Protocol, {"conn", "cycle", "scope", "transport", "loop", "config"}),
        (WebSocketsSansIOProtocol, {"frames", "read_paused", "transport", "loop", "config"}),
    ],
)
def test_used_attributes_exist(
    base: type[H11Protocol | WebSocketsSansIOProtocol], fields: set[str], loop: asyncio.AbstractEventLoop
) -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        pass

    config = uvicorn.Config(app, log_config=None)
    config.load()
    protocol = base(config, ServerState(), {}, loop)

    assert fields <= vars(protocol).keys()
