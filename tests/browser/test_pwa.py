"""The page as an installed app: offline use, shared photos, and the size of the first load."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import choose_photo, expect_accepted, expect_gifs
from tests.chromium import launch_options
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, FilePayload, Page, Response
    from tests.servers import Server

MAX_FIRST_LOAD_BYTES = 60_000
"""Limit for the first load over the wire, with headers and the sample pictures of the start."""

_CACHED_PATHS = """async () => {
  const names = await caches.keys();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}"""
_RUN_INLINE = """() => new Promise((resolve) => {
  document.addEventListener("securitypolicyviolation", (event) => {
    event.stopImmediatePropagation();
    resolve(event.effectiveDirective);
  }, { once: true, capture: true });
  document.head.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
  setTimeout(() => resolve(window.ran ? "it ran" : "no violation"), 1_000);
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
    """The start page with an active service worker."""
    with visiting(browser, server, service_workers="allow") as opened:
        opened.evaluate("navigator.serviceWorker.ready.then(() => {})")
        yield opened


def cached_paths(page: Page) -> list[str]:
    """Return the paths of all cached responses."""
    found: list[str] = page.evaluate(_CACHED_PATHS)
    return found


def is_upload(response: Response) -> bool:
    return response.request.method == "POST" and urlsplit(response.url).path == "/v1/photos"


def share(page: Page, server: Server, photo: bytes, *names: str) -> None:
    """Share photos as an operating system does: the browser navigates to the page with a POST."""
    page.goto("about:blank")
    page.evaluate(_SHARE, server.address)
    files: list[FilePayload] = [{"name": name, "mimeType": "image/jpeg", "buffer": photo} for name in names]
    page.set_input_files("input", files)
    page.locator("button").click()


def test_the_page_opens_offline(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)  # effects of a sample
    assert page.locator(".sample img").evaluate_all(
        "all => all.every(({ naturalWidth }) => naturalWidth > 0)"
    )


def test_the_page_opens_offline_with_a_language_in_the_url(page: Page, server: Server) -> None:
    page.context.set_offline(True)
    page.goto(f"{server.address}?lang=de")
    expect(page.get_by_role("button", name="Foto")).not_to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/?lang=de"])
def test_the_offline_page_keeps_its_content_security_policy(
    browser: Browser, server: Server, path: str
) -> None:
    with browser.new_context(base_url=server.address) as context:
        page = context.new_page()
        page.goto(path)
        page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        context.set_offline(True)
        for address in (path, "/"):
            page.goto(address)
            expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)
            assert page.evaluate(_RUN_INLINE) == "script-src-elem"


class _BadGateway(BaseHTTPRequestHandler):
    """A proxy whose server is down."""

    def do_GET(self) -> None:
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_the_page_opens_while_a_proxy_reports_the_server_down(browser: Browser, tmp_path: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        with serving(tmp_path) as server:
            page.goto(server.address)
            page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        port = urlsplit(server.address).port or 0
        with ThreadingHTTPServer(("127.0.0.1", port), _BadGateway) as proxy:
            Thread(target=proxy.serve_forever, daemon=True).start()
            page.reload()
            expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)
            proxy.shutdown()


def test_a_photo_chosen_on_the_offline_page_is_uploaded_later(page: Page, photo: bytes) -> None:
    page.context.set_offline(True)
    page.reload()
    choose_photo(page, photo)
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    page.context.set_offline(False)
    expect_accepted(page)


def test_no_photo_or_gif_is_cached(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_gifs(page)
    page.reload()
    expect_gifs(page)
    paths = cached_paths(page)
    assert "/main.js" in paths
    assert [path for path in paths if path.startswith(("/v1/", "/gifs/", "/config.json"))] == []


def test_a_changed_file_replaces_the_cached_one(page: Page) -> None:
    page.evaluate(
        """async () => {
            const cache = await caches.open("shell");
            const headers = { "Content-Type": "text/javascript" };
            await cache.put("/main.js", new Response("throw new Error('old')", { headers }));
        }"""
    )
    page.reload()
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)
    has_old_text = (
        "async () => (await (await (await caches.open('shell')).match('/main.js')).text()).includes('old')"
    )
    page.wait_for_function(f"({has_old_text})().then((old) => !old)")


def test_one_changed_file_updates_all_cached_files(page: Page) -> None:
    page.evaluate(
        """async () => {
            const cache = await caches.open("shell");
            const old = () => new Response("old", { headers: { ETag: "an older one" } });
            await cache.put("/main.js", old());
            await cache.put("/strings-de.js", old()); // not loaded by an English visitor
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
    assert "/share" not in cached_paths(page)
    page.reload()
    expect_gifs(page)


def test_all_shared_photos_are_used(page: Page, server: Server, photo: bytes) -> None:
    uploads: list[Response] = []
    page.on("response", lambda response: uploads.append(response) if is_upload(response) else None)
    with page.expect_event("response", lambda response: is_upload(response) and len(uploads) == 2):
        share(page, server, photo, "first.jpg", "second.jpg")
    expect_accepted(page)
    expect(page.locator("#photo-name")).to_contain_text("first.jpg")


def test_a_lost_shared_photo_shows_a_hint(page: Page) -> None:
    page.goto("/?shared")
    expect(page.get_by_role("alert")).to_contain_text("The shared photo did not arrive.")
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()


def test_the_page_can_be_installed(browser: Browser, server: Server, tmp_path: Path) -> None:
    # Private windows cannot install apps, so this browser has a profile. Localhost counts as secure.
    context = browser.browser_type.launch_persistent_context(tmp_path, **launch_options())
    page = context.pages[0]
    page.goto(server.address)
    devtools = context.new_cdp_session(page)
    manifest: dict[str, Any] = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert urlsplit(manifest["url"]).path == "/manifest.webmanifest"
    assert devtools.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    context.close()


def test_the_first_load_is_small(browser: Browser, server: Server) -> None:
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
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)
    loaded = {paths[each]: size for each, size in bytes_of.items()}
    context.close()
    assert {"/", "/main.js", "/page.css", "/v1/effects"} <= loaded.keys()
    assert sum(loaded.values()) <= MAX_FIRST_LOAD_BYTES, loaded
