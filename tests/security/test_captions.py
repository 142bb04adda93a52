"""Captions are text of a user: logs, metrics and errors of the server never contain them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from tests.security.raw_http import raw_request
from tests.servers import serving

from gifmill.effects import UserText

if TYPE_CHECKING:
    from pathlib import Path

CAPTION = "Zanzibar & <b>friends</b>"
FORMS = ("Zanzibar", UserText(CAPTION).encoded, UserText("Zanzibar").encoded[:12])
"""Parts of the text as a request has it, and as the name of an object has it."""


@pytest.mark.slow
def test_captions_are_never_logged(tmp_path: Path, photo: bytes) -> None:
    with (tmp_path / "log").open("w+") as log:
        with serving(tmp_path / "data", log=log) as server:
            ordered = server.order(photo, effects="blur", size=64, caption=CAPTION)
            [gif] = server.finished(ordered["id"])["gifs"]
            assert gif["state"] == "ready"
            assert UserText(CAPTION).encoded in gif["url"]
            assert server.client.get(gif["url"]).status_code == 200
            missing = server.order(photo, effects="blur", size=64, caption=f"{CAPTION}\U00011f04")
            [failed] = server.finished(missing["id"])["gifs"]
            assert failed["problem"]["code"] == "missing_glyph"
            assert "KAWI" in failed["problem"]["detail"]
            assert "Zanzibar" not in failed["problem"]["detail"]
            query, name = quote(CAPTION), UserText(CAPTION).encoded
            for target in (
                f"/v1/photos?caption={query}",
                f"/v1/photos?caption={query}%07",
                f"/v1/photos?caption={query * 9}",
                f"/?caption={query}\x01",
                f"/gifs/{'a' * 26}/caption={name}/blur.gif",
                f"/gifs/{'a' * 26}/caption={name},size=1/blur.gif",
                f"/gifs%2fcaption={name}",
            ):
                assert raw_request(server, target).status >= 200
                raw_request(server, target, "POST")
            metrics = server.client.get("/metrics").text
        log.seek(0)
        logged = log.read()
    assert "answered" in logged
    assert [form for form in FORMS if form in logged or form in metrics] == []
