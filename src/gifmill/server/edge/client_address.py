"""Who asks: the address that a request came from, or that a proxy says it came from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

    from gifmill.settings import Settings

CLIENT = "gifmill.client"
"""Where a scope holds who asks."""

_NETWORK_BITS = 64
"""One client has at least so many IPv6 addresses. Source: RFC 6177, section 2."""


def client_of(scope: Scope, settings: Settings) -> str:
    """The client of a request, as far as rates are counted.

    Without the setting `client_header` it is the peer, whatever any header says. With it, it is what the
    outermost of our own proxies wrote into that header: each appends the address that it was asked from, so
    that of several addresses the last ones can be trusted, one for each proxy.

    Source: RFC 7239, section 5.2, on X-Forwarded-For; MDN, X-Forwarded-For, "Selecting an IP address".
    """
    peer = scope.get("client")
    name = settings.client_header.lower().encode()
    if name:
        values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
        said = ",".join(values).split(",")
        if len(said) >= settings.trusted_proxies:
            told = _network(_bare(said[-settings.trusted_proxies].strip()))
            if told is not None:
                return told
    return (peer and network_of(peer[0])) or "nobody"


def scheme_of(scope: Scope, settings: Settings) -> str:
    """How the client reached us: behind a proxy of ours, as that says in X-Forwarded-Proto."""
    said = [value for key, value in scope["headers"] if key == b"x-forwarded-proto"]
    if settings.client_header and said and said[-1] in (b"http", b"https"):
        return str(said[-1].decode())
    return str(scope["scheme"])


def network_of(address: str) -> str:
    """The address of one client: IPv4 as it is, of IPv6 the network; other text as it is."""
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


def _bare(text: str) -> str:
    """An address without the port that some proxies write behind it."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, port = text.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else text
