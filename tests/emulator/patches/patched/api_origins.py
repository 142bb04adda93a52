"""CloudFront accepts an API of API Gateway as origin.

Upstream calls no host of AWS except its own load balancers, and answers 502.
"""

from __future__ import annotations

import re

from ministack.services import cloudfront

_API = re.compile(r"[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com")


def apply() -> None:
    """Allow calls to host names of APIs, which resolve to the emulator (../sitecustomize.py)."""
    upstream = cloudfront._is_aws_owned_host

    def is_foreign(host: str) -> bool:
        return not _API.fullmatch(host) and upstream(host)

    cloudfront._is_aws_owned_host = is_foreign
