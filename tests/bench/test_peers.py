from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bench.peers import PEERS


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_writes_a_gif_that_loops_for_ever_with_the_delays_given(name: str) -> None:
    canvases = [Image.new("RGB", (8, 6), colour) for colour in ("red", "lime", "blue")]

    gif = Image.open(BytesIO(PEERS[name](canvases, [5, 10, 15])))

    assert gif.info["loop"] == 0
    delays_ms = []
    for index in range(3):
        gif.seek(index)
        delays_ms.append(gif.info["duration"])
    assert delays_ms == [50, 100, 150]
