"""The listening socket of the server, and errors of `--host` and `--port`."""

from __future__ import annotations

import errno
import socket

from gifmill.errors import InvalidSetting

_BACKLOG = 512

_LOCAL = "Use 127.0.0.1 for this machine only, or 0.0.0.0 for all of its addresses."


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address, which can be a name or an IPv6 address, also in brackets.

    Raises:
        InvalidSetting: the host is unknown or not an address of this machine, or the port is not available.
    """
    family, address = _resolve(host, port)
    try:
        listener = socket.create_server(address, family=family, backlog=_BACKLOG)
    except OSError as error:
        raise InvalidSetting(
            f"Cannot listen at {url_host(host)}:{port}: {_advice(host, port, error)}"
        ) from error
    # asyncio sets this only on sockets whose protocol is TCP, and `create_server` leaves the protocol at 0;
    # without it a response waits 40 ms for the client's delayed acknowledgement of its headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_host(host: str) -> str:
    """Return a host as URLs have it: IPv6 addresses in brackets."""
    plain = _without_brackets(host)
    return f"[{plain}]" if ":" in plain else plain


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Return the family and the address of a host; IPv4 if it has both.

    Raises:
        InvalidSetting: the host is malformed or unknown.
    """
    plain = _without_brackets(host)
    if not plain.strip():
        raise InvalidSetting(f"--host is empty. {_LOCAL}")
    if "/" in plain:
        raise InvalidSetting(f"--host {host} is a URL. Give the host alone, and the port with --port.")
    families = (socket.AF_INET6,) if ":" in plain else (socket.AF_INET, socket.AF_INET6)
    problem: OSError | UnicodeError | None = None
    for family in families:
        try:
            found = socket.getaddrinfo(plain, port, family, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label is empty or too long
            problem = problem or error
        else:
            return family, found[0][4]  # type: ignore[return-value]  # of the two families, it begins with these
    name, colon, number = plain.rpartition(":")
    if colon and ":" not in name and number.isdecimal():
        advice = f"Give the port separately: --host {name} --port {number}."
    elif isinstance(problem, socket.gaierror) and problem.errno == socket.EAI_AGAIN:
        advice = f"The name cannot be resolved at the moment. {_LOCAL}"
    else:
        advice = f"No such host is known here. Check the name. {_LOCAL}"
    raise InvalidSetting(f"Cannot listen at --host {host}: {advice}") from problem


def _without_brackets(host: str) -> str:
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _advice(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return "The port is in use. Choose another --port (0 = any free port), or stop the other program."
        case errno.EACCES | errno.EPERM:
            return f"The system does not allow port {port}. Choose a --port from 1024."
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine. {_LOCAL}"
        case errno.EAFNOSUPPORT:
            return f"This machine has no IPv6. {_LOCAL}"
    return f"{error.strerror or error}. Choose another --host. {_LOCAL}"
