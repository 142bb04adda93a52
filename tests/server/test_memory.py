"""Memory use of a server over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.server_memory import GOAL_GROWTH, WARM_UP_GIFS, running_server

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_server_memory_grows_by_less_than_a_tenth_over_300_gifs(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        server.make(WARM_UP_GIFS)
        before = sum(server.memory_bytes())

        server.make(300)

        assert sum(server.memory_bytes()) <= before * (1 + GOAL_GROWTH)
