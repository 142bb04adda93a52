"""The page's main path in Firefox: upload a photo, receive its GIFs, open and change one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.firefox.bidi import firefox

from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server


def card(effect: str) -> str:
    """Return the JavaScript expression of an effect's card."""
    return f"document.querySelector('.card[data-effect={effect}]')"


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
        for effect in EFFECTS:  # a GIF is ordered and fetched when its card comes near the viewport
            tab.evaluate(f"{card(effect.name)}.scrollIntoView({{ behavior: 'instant' }})")
            tab.wait_for(f"{card(effect.name)}.querySelector('.card-picture img')?.naturalWidth > 0")

        tab.evaluate(f"{card('glitch')}.querySelector('.card-open').click()")
        tab.wait_for("document.querySelector('#gif-dialog').open")
        tab.wait_for("document.querySelector('#preview-picture img')?.naturalWidth > 0")
        tab.wait_for("document.querySelector('#download').href.endsWith('/default/glitch.gif')")
        tab.evaluate(
            "(() => { const seed = document.querySelector('#option-controls [name=seed]'); seed.value = 7;"
            " seed.dispatchEvent(new Event('input', { bubbles: true }));"
            " seed.dispatchEvent(new Event('change', { bubbles: true })); })()"
        )
        tab.wait_for("document.querySelector('#download').href.endsWith('/seed=7/glitch.gif')")
        assert tab.errors == []
