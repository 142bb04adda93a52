"""A record of the uploads that the page sends."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

RECORD_UPLOADS = """
window.sent = [];
const { send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.send = function (body) { sent.push(body); send.call(this, body); };
"""
_LAST_UPLOAD = """async () => {
  const body = sent.at(-1);
  const bytes = new Uint8Array(await body.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return [body.type, btoa(text)];
}"""


class Upload(NamedTuple):
    """The last uploaded photo."""

    type: str
    data: bytes


def last_upload(page: Page) -> Upload:
    """Return the page's last upload."""
    kind, text = page.evaluate(_LAST_UPLOAD)
    return Upload(kind, base64.b64decode(text))
