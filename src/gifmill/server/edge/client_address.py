"""The client address of a request: the peer's, or the one that a trusted proxy reports."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

    from gifmill.settings import Settings

CLIENT = "gifmill.client"
"""Key of an ASGI scope for the client address."""

_NETWORK_BITS = 64
"""Prefix length of one client's IPv6 network. Source: RFC 6177, section 2."""


def client_of(scope: Scope, settings: Settings) -> str:
    """Return the client of a request, for rate limits.

    Without the setting `client_header` it is the peer address; headers are ignored. With it, it is the
    address that the outermost trusted proxy wrote into that header: each proxy appends its peer's address, so
    the last `trusted_proxies` addresses can be trusted.

    Source: RFC 7239, section 5.2, on X-Forwarded-For; MDN, X-Forwarded-For, "Selecting an IP address".
    """
    peer = scope.get("client")
    name = settings.client_header.lower().encode()
    if name:
        values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
        addresses = ",".join(values).split(",")
        if len(addresses) >= settings.trusted_proxies:
            client = _network(_without_port(addresses[-settings.trusted_proxies].strip()))
            if client is not None:
                return client
    return (peer and network_of(peer[0])) or "nobody"


def scheme_of(scope: Scope, settings: Settings) -> str:
    """Return the scheme that the client used: behind a trusted proxy, X-Forwarded-Proto."""
    forwarded = [value for key, value in scope["headers"] if key == b"x-forwarded-proto"]
    if settings.client_header and forwarded and forwarded[-1] in (b"http", b"https"):
        return str(forwarded[-1].decode())
    return str(scope["scheme"])


def network_of(address: str) -> str:
    """Return the network of one client: an IPv4 address, an IPv6 /64, or other text unchanged."""
    return _network(address) or address


def _network(text: str) -> str | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    host_bits = address.max_prefixlen - _NETWORK_BITS
    return f"{IPv6Address(int(address) >> host_bits << host_bits)}/{_NETWORK_BITS}"


def _without_port(text: str) -> str:
    """Remove the port that some proxies append."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, port = text.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else text
