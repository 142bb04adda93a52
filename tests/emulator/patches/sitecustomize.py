"""Resolution of host names of AWS to the emulator, in its process and in functions, which are its children.

Upstream handles requests to host names of AWS, but does not resolve them: a function's request to
`https://{api}.execute-api...` would not reach it. Rust (obstore) resolves names without Python: it uses
AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import os
import socket
from typing import Any

_AWS_DOMAINS = (".amazonaws.com", ".cloudfront.net")
_getaddrinfo = socket.getaddrinfo


def _getaddrinfo_emulated(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name.endswith(_AWS_DOMAINS):
        return _getaddrinfo("127.0.0.1", int(os.environ["GATEWAY_PORT"]), *args, **kwargs)
    return _getaddrinfo(host, port, *args, **kwargs)


socket.getaddrinfo = _getaddrinfo_emulated
