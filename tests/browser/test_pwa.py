"""The page as an app: what it costs to load, that it opens without a network, and what is shared with it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import choose, expect_gifs
from tests.chromium import launching
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, FilePayload, Page
    from tests.servers import Server

MOST_BYTES = 60_000
"""Of a first load over the wire, headers and all, without sample pictures."""

_KEPT = """async () => {
  const names = await caches.keys();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}"""
_RUN_INLINE = """() => new Promise((told) => {
  document.addEventListener("securitypolicyviolation", (event) => {
    event.stopImmediatePropagation();
    told(event.effectiveDirective);
  }, { once: true, capture: true });
  document.head.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
  setTimeout(() => told(window.ran ? "it ran" : "nobody was told"), 1_000);
})"""
_SHARE = """(address) => {
  const form = Object.assign(document.createElement("form"), {
    action: `${address}share`, method: "post", enctype: "multipart/form-data",
  });
  const input = document.createElement("input");
  Object.assign(input, { type: "file", name: "photo", multiple: true });
  form.append(input, document.createElement("button"));
  document.body.append(form);
}"""


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page, once its service worker is at work."""
    with visiting(browser, server, service_workers="allow") as opened:
        opened.evaluate("navigator.serviceWorker.ready.then(() => {})")
        yield opened


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_KEPT)
    return found


def share(page: Page, server: Server, photo: bytes, *names: str) -> None:
    """As a system does it: a browser that was elsewhere navigates to the page with a POST."""
    page.goto("about:blank")
    page.evaluate(_SHARE, server.address)
    files: list[FilePayload] = [{"name": name, "mimeType": "image/jpeg", "buffer": photo} for name in names]
    page.set_input_files("input", files)
    page.locator("button").click()


def test_the_page_opens_without_a_network(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    expect(page.locator("#start-disc .wheel-slot canvas")).to_have_count(15)  # of a sample
    assert page.locator(".sample img").evaluate_all(
        "all => all.every(({ naturalWidth }) => naturalWidth > 0)"
    )


def test_it_opens_in_each_language_and_with_whatever_address(page: Page, server: Server) -> None:
    page.context.set_offline(True)
    page.goto(f"{server.address}?lang=de")
    expect(page.get_by_role("button", name="Foto")).not_to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/?lang=de"])
def test_without_a_network_the_page_has_its_policy_still(browser: Browser, server: Server, path: str) -> None:
    with browser.new_context(base_url=server.address) as context:
        page = context.new_page()
        page.goto(path)
        page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        context.set_offline(True)
        for address in (path, "/"):
            page.goto(address)
            expect(page.locator("#start-disc .wheel-slot canvas")).to_have_count(15)
            assert page.evaluate(_RUN_INLINE) == "script-src-elem"


class _NoServer(BaseHTTPRequestHandler):
    """A proxy whose server is down."""

    def do_GET(self) -> None:
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_the_page_opens_while_a_proxy_answers_for_a_server_that_is_down(
    browser: Browser, tmp_path: Path
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        with serving(tmp_path) as server:
            page.goto(server.address)
            page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        port = urlsplit(server.address).port or 0
        with ThreadingHTTPServer(("127.0.0.1", port), _NoServer) as proxy:
            Thread(target=proxy.serve_forever, daemon=True).start()
            page.reload()
            expect(page.locator("#start-disc .wheel-slot canvas")).to_have_count(15)
            proxy.shutdown()


def test_a_photo_that_is_chosen_without_a_network_is_sent_later(page: Page, photo: bytes) -> None:
    page.context.set_offline(True)
    page.reload()
    choose(page, photo)
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    page.context.set_offline(False)
    expect_gifs(page)


def test_nothing_of_a_photo_is_kept(page: Page, photo: bytes) -> None:
    choose(page, photo)
    expect_gifs(page)
    page.reload()
    expect_gifs(page)
    paths = kept(page)
    assert "/main.js" in paths
    assert [path for path in paths if path.startswith(("/v1/", "/gifs/", "/config.json"))] == []


def test_a_file_that_has_changed_is_never_shown_as_it_was(page: Page) -> None:
    page.evaluate(
        """async () => {
            const cache = await caches.open("shell");
            const headers = { "Content-Type": "text/javascript" };
            await cache.put("/main.js", new Response("throw new Error('old')", { headers }));
        }"""
    )
    page.reload()
    expect(page.locator("#start-disc .wheel-slot canvas")).to_have_count(15)
    anew = "async () => (await (await (await caches.open('shell')).match('/main.js')).text()).includes('old')"
    page.wait_for_function(f"({anew})().then((old) => !old)")


def test_when_one_file_has_changed_all_are_kept_anew(page: Page) -> None:
    page.evaluate(
        """async () => {
            const cache = await caches.open("shell");
            const old = () => new Response("old", { headers: { ETag: "an older one" } });
            await cache.put("/main.js", old());
            await cache.put("/strings-de.js", old()); // which an English visitor never loads
        }"""
    )
    page.reload()
    text = "async () => (await (await (await caches.open('shell')).match('/strings-de.js')).text()) === 'old'"
    page.wait_for_function(f"({text})().then((old) => !old)")


def test_a_shared_photo_becomes_gifs(page: Page, server: Server, photo: bytes) -> None:
    share(page, server, photo, "süße Katze.jpg")
    expect_gifs(page)
    expect(page.locator("#photo-name")).to_contain_text("süße Katze.jpg")
    assert urlsplit(page.url).query == ""
    assert "/share" not in kept(page)
    page.reload()
    expect_gifs(page)


def test_of_several_shared_photos_the_first_is_taken_and_that_is_said(
    page: Page, server: Server, photo: bytes
) -> None:
    share(page, server, photo, "first.jpg", "second.jpg")
    expect(page.get_by_role("alert")).to_contain_text("Only first.jpg was used.")
    expect_gifs(page)


def test_what_was_shared_and_did_not_arrive_is_asked_for_again(page: Page) -> None:
    page.goto("/?shared")
    expect(page.get_by_role("alert")).to_contain_text("The shared photo did not arrive.")
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()


def test_the_page_can_be_installed(browser: Browser, server: Server, tmp_path: Path) -> None:
    # What is private cannot be: this browser keeps a profile, and the address is this machine's own.
    context = browser.browser_type.launch_persistent_context(tmp_path, **launching())
    page = context.pages[0]
    page.goto(server.address)
    devtools = context.new_cdp_session(page)
    manifest: dict[str, Any] = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert urlsplit(manifest["url"]).path == "/manifest.webmanifest"
    assert devtools.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    context.close()


def test_a_first_load_is_light(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.address, service_workers="block")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    paths: dict[str, str] = {}
    bytes_of: dict[str, int] = {}
    devtools.on(
        "Network.responseReceived",
        lambda event: paths.update({event["requestId"]: urlsplit(event["response"]["url"]).path}),
    )
    devtools.on(
        "Network.loadingFinished",
        lambda event: bytes_of.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto("/", wait_until="networkidle")
    expect(page.locator("#start-disc .wheel-slot canvas")).to_have_count(15)
    loaded = {paths[each]: size for each, size in bytes_of.items()}
    context.close()
    assert {"/", "/main.js", "/page.css", "/v1/effects"} <= loaded.keys()
    light = {path: size for path, size in loaded.items() if not path.startswith("/samples/")}
    assert sum(light.values()) <= MOST_BYTES, light
