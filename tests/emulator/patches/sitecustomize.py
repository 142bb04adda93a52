"""Names of AWS lead to the emulator: in its own process and in functions, which are its children.

Upstream knows the host names of AWS when they come in, but nothing makes a function's `https://{api}.execute-api...`
arrive at its port. Rust (obstore) does not ask Python for addresses: AWS_ENDPOINT_URL is for that.
"""

from __future__ import annotations

import os
import socket
from typing import Any

_OURS = (".amazonaws.com", ".cloudfront.net")
_getaddrinfo = socket.getaddrinfo


def _getaddrinfo_here(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name.endswith(_OURS):
        return _getaddrinfo("127.0.0.1", int(os.environ["GATEWAY_PORT"]), *args, **kwargs)
    return _getaddrinfo(host, port, *args, **kwargs)


socket.getaddrinfo = _getaddrinfo_here
