"""Frames in Firefox, whose ImageDecoder returns a frame a second time as it was closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.firefox.bidi import firefox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

CHECKSUMS = """async (url) => {
    const { openAnimation } = await import("/animation-decoder.js");
    const gif = await (await fetch(url)).blob();
    const { width, height, durationsMs, decodeFrame, close } = await openAnimation(gif);
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    const checksums = [];
    for (const index of [...durationsMs.keys(), ...durationsMs.keys()]) {
        context.drawImage(await decodeFrame(index), 0, 0);
        const pixels = context.getImageData(0, 0, width, height);
        checksums.push(pixels.data.reduce((sum, value) => (sum * 31 + value) | 0, 0));
    }
    close();
    return checksums;
}"""
"""A checksum of each frame, of two loops."""


def test_all_frames_can_be_decoded_again(server: Server, photo: bytes, tmp_path: Path) -> None:
    [gif] = server.finished(server.order(photo, effects="spin", size=96)["id"])["gifs"]
    with firefox(tmp_path) as tab:
        tab.open(server.address)
        checksums = tab.evaluate(f"({CHECKSUMS})({gif['url']!r})")
        frames = len(checksums) // 2
        assert checksums[:frames] == checksums[frames:]
        assert len(set(checksums)) == frames > 10
