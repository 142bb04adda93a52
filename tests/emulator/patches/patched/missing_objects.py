"""S3 answers 404 for a missing object only to roles that may list the bucket, and 403 to others.

Upstream answers 404 to every role that may read the object, which hides a missing permission.

Source: Amazon S3 API reference, GetObject and HeadObject, "Permissions".
"""

from __future__ import annotations

from typing import Any

from ministack import app
from ministack.services import s3

type Answer = tuple[int, dict[str, str], bytes]


def apply() -> None:
    """Check the permission to list before a 404."""
    upstream = s3.handle_request

    async def handle(
        method: str, path: str, headers: Any, body: bytes, query: Any, *rest: Any, **more: Any
    ) -> Answer:
        answer: Answer = await upstream(method, path, headers, body, query, *rest, **more)
        bucket, key = s3._parse_bucket_key(path, headers)
        if answer[0] != 404 or method not in ("GET", "HEAD") or not key:
            return answer
        denied: Answer | None = app._enforce_data_plane(
            "s3", "s3:ListBucket", headers, query, "", resource_arn=f"arn:aws:s3:::{bucket}"
        )
        return denied or answer

    s3.handle_request = handle
