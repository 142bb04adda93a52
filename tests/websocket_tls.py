"""TLS for the synchronous client of websockets."""

from __future__ import annotations

import ssl


def without_session_tickets(context: ssl.SSLContext) -> ssl.SSLContext:
    """Limit a context to TLS 1.2, and return it.

    The client reads in one thread while another writes, which OpenSSL does not allow for one connection. In
    TLS 1.2 nothing arrives before the response to the first request. In TLS 1.3 a server sends session
    tickets after the handshake, and on a busy machine the request that is written while they are read
    sometimes gets no answer.
    """
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context
