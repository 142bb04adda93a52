"""A page of another origin that uses the API from a browser, with and without the setting that allows it."""

from __future__ import annotations

import threading
from base64 import b64encode
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from tests.servers import Server

_MAKE_GIF = """async ([api, photo]) => {
    const bytes = Uint8Array.from(atob(photo), letter => letter.charCodeAt(0));
    const form = new FormData();
    form.append('photo', new Blob([bytes], {type: 'image/jpeg'}), 'cat.jpg');
    const sent = await fetch(`${api}v1/photos?effects=blur`, {method: 'POST', body: form});
    const location = sent.headers.get('Location');
    let status;
    do {
        status = await (await fetch(new URL(location, api))).json();
    } while (status.gifs[0].state === 'pending');
    const address = new URL(status.gifs[0].url, api);
    const image = new Image();
    await new Promise((resolve, reject) => {
        Object.assign(image, {onload: resolve, onerror: reject, src: address});
    });
    const gif = await fetch(address);  // from the browser's cache, where the image is
    const content = await gif.blob();
    const etag = gif.headers.get('ETag');
    const again = await fetch(address, {headers: {'If-None-Match': etag}, cache: 'no-store'});
    const missing = await fetch(`${api}v1/nothing`);
    const form_request = {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({size: 1, type: 'image/png'})};
    const upload = await fetch(`${api}v1/uploads`, form_request);
    const socket = new WebSocket(`${api.replace('http', 'ws')}v1/live?photo=${status.id}`);
    const message = await new Promise((resolve, reject) => {
        Object.assign(socket, {onmessage: event => resolve(JSON.parse(event.data)), onerror: reject});
    });
    const one = await fetch(`${api}v1/gifs?effect=spin`, {method: 'POST', body: form});
    const deleted = await fetch(new URL(location, api), {method: 'DELETE'});
    return {
        sent: sent.status, size: content.size, type: content.type, bytes: status.gifs[0].bytes,
        again: again.status, missing: (await missing.json()).code, upload: upload.status,
        live: message.id === status.id, deleted: deleted.status,
        one: (await one.blob()).type, redirected: one.redirected,
    };
}"""

_TRY = """async api => {
    const outcomes = {};
    const requests = {
        read: [`${api}v1/effects`],
        upload: [`${api}v1/photos`, {method: 'POST', body: new Blob(['x'])}],
        form: [`${api}v1/uploads`,
            {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'}],
    };
    for (const [name, request] of Object.entries(requests)) {
        outcomes[name] = await fetch(...request).then(() => 'read', error => error.name);
    }
    outcomes.live = await new Promise(resolve => {
        const socket = new WebSocket(`${api.replace('http', 'ws')}v1/live?photo=x`);
        Object.assign(socket, {onopen: () => resolve('read'), onerror: () => resolve('refused')});
    });
    return outcomes;
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the origin of another website, on a port of its own."""
    folder = tmp_path_factory.mktemp("blog")
    (folder / "index.html").write_text("<!doctype html><title>Blog</title><link rel='icon' href='data:,'>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as website:
        thread = threading.Thread(target=website.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{website.server_port}"
        website.shutdown()
        thread.join()


@contextmanager
def page_of(browser: Browser, origin: str) -> Iterator[Page]:
    """Open the start page of a website."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(origin)
    try:
        yield page
    finally:
        context.close()


def test_a_page_of_a_configured_origin_makes_a_gif(
    browser: Browser, blog: str, photo: bytes, tmp_path: Path
) -> None:
    with (
        serving(tmp_path, workers=1, environ={"GIFMILL_CORS_ORIGINS": blog}) as server,
        page_of(browser, blog) as page,
    ):
        made: Any = page.evaluate(_MAKE_GIF, [server.address, b64encode(photo).decode()])
    assert made.pop("size") == made.pop("bytes")
    assert made == {
        "sent": 202,
        "type": "image/gif",
        "again": 304,
        "missing": "not_found",
        "upload": 201,
        "live": True,
        "deleted": 204,
        "one": "image/gif",
        "redirected": True,
    }


def test_a_page_of_another_origin_is_refused_without_the_setting(
    browser: Browser, blog: str, server: Server
) -> None:
    with page_of(browser, blog) as page:
        outcomes = page.evaluate(_TRY, server.address)
    assert outcomes == {"read": "TypeError", "upload": "TypeError", "form": "TypeError", "live": "refused"}


def test_a_page_of_an_origin_that_is_not_listed_is_refused(
    browser: Browser, blog: str, tmp_path: Path
) -> None:
    environ = {"GIFMILL_CORS_ORIGINS": "https://blog.example.com"}
    with serving(tmp_path, workers=1, environ=environ) as server, page_of(browser, blog) as page:
        outcomes = page.evaluate(_TRY, server.address)
    assert set(outcomes.values()) == {"TypeError", "refused"}
