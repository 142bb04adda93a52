from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.server.edge.client_address import client_of, network_of, scheme_of
from gifmill.settings import Settings

PEER = "192.0.2.1"


def scope(*headers: tuple[str, str], peer: str | None = PEER) -> dict[str, Any]:
    fields = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    return {"client": (peer, 40_000) if peer else None, "headers": fields, "scheme": "http"}


def behind(proxies: int = 1, header: str = "X-Forwarded-For") -> Settings:
    return Settings(client_header=header, trusted_proxies=proxies)


def test_without_a_trusted_proxy_the_peer_is_the_client() -> None:
    spoofed = [
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Real-IP", "203.0.113.9"),
        ("Forwarded", "for=203.0.113.9"),
    ]

    assert client_of(scope(*spoofed), Settings()) == PEER


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", "127.0.0.1"),
        ("a name", "a name"),
    ],
)
def test_an_ipv6_client_is_its_64_bit_network(peer: str, client: str) -> None:
    assert network_of(peer) == client
    assert client_of(scope(peer=peer), Settings()) == client


def test_requests_without_a_peer_share_one_client() -> None:
    assert client_of(scope(peer=None), Settings()) == client_of(scope(peer=None), Settings()) == "nobody"


@pytest.mark.parametrize(
    ("proxies", "value", "client"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "a spoofed, 198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9:51000", "203.0.113.9"),
        (1, "[2001:db8::7]:51000", "2001:db8::/64"),
        (1, "2001:db8::7", "2001:db8::/64"),
        (1, " 203.0.113.9 ", "203.0.113.9"),
    ],
)
def test_a_trusted_header_is_read_from_its_end(proxies: int, value: str, client: str) -> None:
    assert client_of(scope(("X-Forwarded-For", value)), behind(proxies)) == client


@pytest.mark.parametrize(
    "value", ["", "unknown", "203.0.113.9, ", "1.2.3.4.5", "::::", "[", "203.0.113.9, x"]
)
def test_invalid_addresses_in_the_header_are_ignored(value: str) -> None:
    assert client_of(scope(("X-Forwarded-For", value)), behind()) == PEER


def test_a_header_with_fewer_addresses_than_proxies_is_ignored() -> None:
    assert client_of(scope(("X-Forwarded-For", "203.0.113.9")), behind(2)) == PEER


def test_repeated_headers_are_joined() -> None:
    lines = [("X-Forwarded-For", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9")]

    assert client_of(scope(*lines), behind()) == "203.0.113.9"


def test_only_the_configured_header_is_read() -> None:
    headers = [("X-Forwarded-For", "203.0.113.9"), ("X-Real-IP", "198.51.100.1")]

    assert client_of(scope(*headers), behind(header="X-Real-IP")) == "198.51.100.1"


@given(st.text(st.characters(max_codepoint=255)), st.integers(1, 3))
def test_client_supplied_addresses_are_ignored(spoofed: str, proxies: int) -> None:
    written = ", ".join(["198.51.100.1", "203.0.113.1", "203.0.113.2"][:proxies])

    assert client_of(scope(("X-Forwarded-For", f"{spoofed}, {written}")), behind(proxies)) == "198.51.100.1"


def test_the_scheme_is_read_from_a_trusted_proxy() -> None:
    headers = scope(("X-Forwarded-Proto", "https"))

    assert scheme_of(headers, behind()) == "https"
    assert scheme_of(headers, Settings()) == "http"
    assert scheme_of(scope(("X-Forwarded-Proto", "gopher")), behind()) == "http"
