"""TLS for the synchronous client of websockets."""

from __future__ import annotations

import ssl


def without_session_tickets(context: ssl.SSLContext) -> ssl.SSLContext:
    """Limit a context to TLS 1.2, and return it.

    In TLS 1.3 a server sends session tickets after the handshake. While the thread of a client reads them,
    OpenSSL takes the request that another thread writes for a part of the handshake, and never sends it: on
    a busy machine, 5 of 9,000 connections got no answer. OpenSSL allows only one thread at a time to use a
    connection.
    """
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context
