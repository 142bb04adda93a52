"""The API's reference at /v1/docs in a browser: layout, contrast and its Content Security Policy."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from tests.servers import Server

_AXE = files("axe_playwright_python") / "axe.min.js"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_the_reference_fits_and_is_accessible(
    browser: Browser, server: Server, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,  # for axe's script
    )
    page = context.new_page()
    page.goto(f"{server.address}v1/docs")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    page.evaluate(_AXE.read_text())
    found: Any = page.evaluate("axe.run().then((results) => results.violations)")
    assert found == [], json.dumps(found, indent=1)[:4000]
    context.close()


def test_the_reference_is_styled_without_violating_its_policy(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{server.address}v1/docs")
    assert page.evaluate("getComputedStyle(document.querySelector('section')).borderRadius") == "12px"
    page.get_by_role("link", name="GET /v1/effects").click()
    assert page.url.endswith("#listEffects")
    assert messages == []
    assert {url.removeprefix(server.address) for url in requests} <= {"v1/docs", "favicon.ico"}
    context.close()
