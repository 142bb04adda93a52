"""S3 says that an object is not there only to who may list its bucket; to others it is forbidden.

Upstream says so to everyone who may read the object, which hides that a role lacks a right.

Source: Amazon S3 API reference, GetObject and HeadObject, "Permissions".
"""

from __future__ import annotations

from typing import Any

from ministack import app
from ministack.services import s3

type Answer = tuple[int, dict[str, str], bytes]


def apply() -> None:
    """Ask for the right to list before a 404 is told."""
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
