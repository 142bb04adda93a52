from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageSequence

from bench.peer_input import PeerInput
from bench.peers import BASE, PEERS

if TYPE_CHECKING:
    from pathlib import Path

COLOURS = ((200, 20, 20), (20, 180, 20), (20, 20, 220))


@pytest.fixture
def source(tmp_path: Path) -> PeerInput:
    canvases = [np.full((12, 16, 3), colour, np.uint8) for colour in COLOURS]
    source = PeerInput(canvases, [20, 10, 10], tmp_path)
    source.pillow.write_bytes(PEERS[BASE].encode(source))
    return source


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_writes_an_endless_gif_with_the_given_delays(name: str, source: PeerInput) -> None:
    if PEERS[name].version() is None:
        pytest.skip(f"{name} is not installed")

    with Image.open(BytesIO(PEERS[name].encode(source))) as gif:
        assert gif.info["loop"] == 0
        frames = [(frame.info["duration"], frame.convert("RGB").getpixel((8, 6))) for frame in _frames(gif)]
    assert [delay_ms for delay_ms, _ in frames] == [200, 100, 100]
    colours = np.array([colour for _, colour in frames], int)
    assert np.abs(colours - np.array(COLOURS)).max() < 8


def _frames(gif: Image.Image) -> ImageSequence.Iterator:
    return ImageSequence.Iterator(gif)


@pytest.mark.parametrize("name", PEERS)
def test_an_installed_peer_has_a_version(name: str) -> None:
    version = PEERS[name].version()

    assert version is None or any(letter.isdigit() for letter in version)


def test_the_peers_from_pypi_are_installed() -> None:
    installed = {name.split()[0] for name, peer in PEERS.items() if peer.version()}

    assert installed >= {"ffmpeg", "gifsicle", "libvips", "Pillow"}
