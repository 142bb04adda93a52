"""The page's main path in Firefox: upload a photo, receive its GIFs, open and change one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.firefox.bidi import firefox

from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server


SCROLL = """(async () => {
    for (const card of document.querySelectorAll(".card")) {
        card.scrollIntoView({ behavior: "instant" });
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }
})()"""
"""Scroll through the cards: a GIF is ordered and fetched when its card comes near the viewport."""


def test_a_photo_becomes_gifs_that_can_be_opened_and_changed(
    server: Server, photo: bytes, tmp_path: Path
) -> None:
    chosen = tmp_path / "cat.jpg"
    chosen.write_bytes(photo)
    profile = tmp_path / "profile"
    profile.mkdir()
    with firefox(profile) as tab:
        tab.open(server.address)
        tab.choose_file("#file", chosen)
        tab.wait_for(f"document.querySelectorAll('.card').length === {len(EFFECTS)}")
        for _ in range(2):  # the first time orders the GIFs, the second one loads them
            tab.evaluate(SCROLL)
            tab.wait_for(f"document.querySelectorAll('.card[data-state=ready]').length === {len(EFFECTS)}")
        tab.wait_for(
            "[...document.querySelectorAll('.card-picture img')].every((image) => image.naturalWidth > 0)"
        )

        tab.evaluate("document.querySelector('.card[data-effect=glitch] .card-open').click()")
        tab.wait_for("document.querySelector('#gif-dialog').open")
        tab.wait_for("document.querySelector('#preview-picture img')?.naturalWidth > 0")
        before = tab.evaluate("document.querySelector('#download').href")
        tab.evaluate(
            "(() => { const seed = document.querySelector('#option-controls [name=seed]'); seed.value = 7;"
            " seed.dispatchEvent(new Event('input', { bubbles: true }));"
            " seed.dispatchEvent(new Event('change', { bubbles: true })); })()"
        )
        tab.wait_for(f"document.querySelector('#download').href !== {before!r}")
        assert "seed=7" in tab.evaluate("decodeURIComponent(document.querySelector('#download').href)")
        assert tab.errors == []
