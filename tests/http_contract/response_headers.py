"""The contract of response headers: security headers on every response."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from tests.servers import Service


@pytest.mark.parametrize("path", ["/", "/v1/effects", "/v1/nothing", "/main.js"])
def test_every_response_has_the_security_headers(service: Service, path: str) -> None:
    headers = service.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    for directive in ("manifest-src 'self'", "worker-src 'self'"):  # the page as an app that works offline
        assert directive in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_favicon_is_an_icon(service: Service) -> None:
    response = service.client.get("/favicon.ico")
    assert response.status_code == 200
    assert response.headers["Content-Type"] in {"image/vnd.microsoft.icon", "image/x-icon"}
    with Image.open(io.BytesIO(response.content)) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_reference_is_a_page_without_scripts_and_further_files(service: Service) -> None:
    response = service.client.get("/v1/docs")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    [style] = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}';" in policy
    assert "<script" not in response.text
    assert "http://" not in response.text.replace(service.address, "")
    paths = service.client.get("/v1/openapi.json").json()["paths"]
    for path in paths:
        assert path.rpartition("/")[2] in response.text
