"""Upload the page to the bucket of the deployed stack: `python -m infra.publish_site`."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

import boto3

from gifmill.settings import page_config
from infra import problem_documents as problems
from infra.settings import PAGE, REPORT, SETTINGS
from infra.stack_outputs import NotDeployed, empty_bucket, read_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INDEX = "index.html"

_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}

_REVALIDATED = "public, max-age=0, s-maxage=86400, must-revalidate"
"""A changed file keeps its name: browsers revalidate it, and publishing invalidates the distribution."""


@dataclass(frozen=True, slots=True)
class File:
    """An object of the site's bucket."""

    name: str
    body: bytes
    media_type: str
    cache_control: str = _REVALIDATED


def site_files(sockets_address: str, report: str = "", page: Path = PAGE) -> Iterator[File]:
    """Yield all files of the site. Those that refer to others come last.

    Args:
        sockets_address: URL of the WebSocket API.
        report: target of the link for reports; empty for none.
        page: the folder of the page.

    Raises:
        KeyError: the page has a file whose type is not in `_TYPES`.
    """
    paths = [path for path in sorted(page.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    for path in sorted(paths, key=lambda path: path.name == INDEX):
        yield File(path.relative_to(page).as_posix(), path.read_bytes(), _TYPES[path.suffix])
    config = json.dumps(page_config(sockets_address, replace(SETTINGS, report_url=report)))
    yield File("config.json", config.encode(), "application/json")
    missing = problems.document(problems.NOT_FOUND, HTTPStatus.NOT_FOUND)
    yield File("not-found.json", missing.encode(), problems.PROBLEM, problems.NO_STORE)


def publish(deployed: dict[str, str]) -> None:
    """Upload the site, delete files that it no longer has, and invalidate the distribution's cache."""
    bucket = deployed["SiteBucket"]
    s3 = boto3.client("s3")
    names = set()
    for file in site_files(deployed["SocketsAddress"], deployed.get(REPORT, "")):
        s3.put_object(
            Bucket=bucket,
            Key=file.name,
            Body=file.body,
            ContentType=file.media_type,
            CacheControl=file.cache_control,
        )
        names.add(file.name)
    empty_bucket(bucket, keep=frozenset(names))
    boto3.client("cloudfront").create_invalidation(
        DistributionId=deployed["DistributionId"],
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]},
            "CallerReference": secrets.token_hex(8),
        },
    )


def main() -> int:
    """Publish the site and print its address.

    Returns:
        0, or 1 if the stack is not deployed.
    """
    try:
        deployed = read_outputs()
    except NotDeployed as error:
        print(error, file=sys.stderr)
        return 1
    publish(deployed)
    print(deployed["Address"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
