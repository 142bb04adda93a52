"""An HTTP server in place of a cloud's object store: it keeps objects, and rejects operations on demand.

The bodies of its rejections are those of the clouds. Sources, by the name of the constant:

- NO_SUCH_BUCKET, ACCESS_DENIED, INVALID_ACCESS_KEY, EXPIRED_TOKEN, INVALID_BUCKET_NAME, SLOW_DOWN: Amazon S3
  API reference, "Error responses".
- SIGNATURE: the same, with the elements that repeat the request ("StringToSign", "AWSAccessKeyId").
- MALFORMED_REGION: issue 10 of jsoma/flatware, which quotes S3.
- REDIRECT: S3 user guide, "Making requests", "Request redirection and the REST API".
- TOO_SKEWED: issue 1514 of versity/versitygw, which quotes S3.
- GCS_*: "HTTP status and error codes for XML" of Cloud Storage; the details as in issue 1503 of
  data-integrations/google-cloud.
- AZURE_*: "Common REST API error codes" and "Blob Storage error codes" of Azure; the form of AZURE_OLD_DATE
  as in issue 5433 of Azure/azure-sdk-for-js.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from tests.aws.http_servers import NoRequestLog, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator


class Rejection(NamedTuple):
    """A response of a cloud that rejects a request. `{key}` in the body is the name of the deleted object."""

    status: int
    body: str


def _s3(status: int, code: str, message: str, more: str = "") -> Rejection:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    error = f"<Code>{code}</Code><Message>{message}</Message>{more}"
    return Rejection(
        status, f"{head}<Error>{error}<RequestId>4442587FB7D0A2F9</RequestId><HostId>h</HostId></Error>"
    )


def _gcs(status: int, code: str, message: str, details: str = "") -> Rejection:
    details = details and f"<Details>{details}</Details>"
    head = "<?xml version='1.0' encoding='UTF-8'?>"
    return Rejection(status, f"{head}<Error><Code>{code}</Code><Message>{message}</Message>{details}</Error>")


def _azure(status: int, code: str, message: str, detail: str = "") -> Rejection:
    head = '\ufeff<?xml version="1.0" encoding="utf-8"?>'
    request = "RequestId:a7c15331-501e-0094-6847-7d350f000000\nTime:2019-10-07T19:46:36.6469406Z"
    detail = detail and f"<AuthenticationErrorDetail>{detail}</AuthenticationErrorDetail>"
    return Rejection(
        status, f"{head}<Error><Code>{code}</Code><Message>{message}\n{request}</Message>{detail}</Error>"
    )


NO_SUCH_BUCKET = _s3(
    404, "NoSuchBucket", "The specified bucket does not exist", "<BucketName>gm</BucketName>"
)
ACCESS_DENIED = _s3(403, "AccessDenied", "Access Denied")
INVALID_ACCESS_KEY = _s3(
    403,
    "InvalidAccessKeyId",
    "The AWS Access Key Id you provided does not exist in our records.",
    "<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>",  # pragma: allowlist secret
)
EXPIRED_TOKEN = _s3(
    400, "ExpiredToken", "The provided token has expired.", "<Token-0>session-token-of-a-test</Token-0>"
)
INVALID_BUCKET_NAME = _s3(400, "InvalidBucketName", "The specified bucket is not valid.")
SIGNATURE = _s3(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method.",
    "<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>"  # pragma: allowlist secret
    "<StringToSign>AWS4-HMAC-SHA256</StringToSign>",
)
MALFORMED_REGION = _s3(
    400,
    "AuthorizationHeaderMalformed",
    "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
    "<Region>eu-central-1</Region>",
)
REDIRECT = _s3(
    301,
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. "
    "Please send all future requests to this endpoint.",
    "<Endpoint>gm.s3.eu-central-1.amazonaws.com</Endpoint>",
)
TOO_SKEWED = _s3(
    403,
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
    "<RequestTime>20250901T162148Z</RequestTime><ServerTime>2025-09-03T16:21:50Z</ServerTime>",
)
SLOW_DOWN = _s3(503, "SlowDown", "Please reduce your request rate.")

GCS_NO_BUCKET = _gcs(404, "NoSuchBucket", "The specified bucket does not exist.")
GCS_UNAUTHENTICATED = _gcs(401, "AuthenticationRequired", "Authentication required.")
GCS_DENIED = _gcs(
    403,
    "AccessDenied",
    "Access denied.",
    "mill@p.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage "
    "object. "
    "Permission &apos;storage.objects.create&apos; denied on resource (or it may not exist).",
)
GCS_BUCKET_NAME = _gcs(400, "InvalidBucketName", "The specified bucket is not valid.")

AZURE_NO_CONTAINER = _azure(404, "ContainerNotFound", "The specified container does not exist.")
_AZURE_UNAUTHENTICATED = (
    "Server failed to authenticate the request. "
    "Make sure the value of Authorization header is formed correctly including the signature."
)
AZURE_SIGNATURE = _azure(
    403,
    "AuthenticationFailed",
    _AZURE_UNAUTHENTICATED,
    "The MAC signature found in the HTTP request 'c2lnbmF0dXJl' is not the same as any computed signature. "
    "Server used following string to sign: 'PUT...'.",
)
AZURE_OLD_DATE = _azure(
    403,
    "AuthenticationFailed",
    _AZURE_UNAUTHENTICATED,
    "Request date header too old: 'Fri, 04 Oct 2019 18:02:12 GMT'",
)
AZURE_DENIED = _azure(
    403,
    "AuthorizationPermissionMismatch",
    "This request is not authorized to perform this operation using this permission.",
)
AZURE_CONTAINER_NAME = _azure(
    400, "InvalidResourceName", "The specified resource name contains invalid characters."
)


@dataclass
class CloudServer:
    """A running server.

    Attributes:
        address: its URL.
        rejections: the response to each operation ("write", "read", "list", "delete") that it rejects.
        objects: data by path.
        requests: number of requests so far.
    """

    address: str = ""
    rejections: dict[str, Rejection] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    requests: int = 0

    def reject_all(self, rejection: Rejection) -> None:
        """Reject every operation."""
        self.rejections = dict.fromkeys(("write", "read", "list", "delete"), rejection)


def _operation(method: str, path: str) -> str:
    if method == "PUT":
        return "write"
    if method in ("POST", "DELETE"):
        return "delete"
    return "list" if "list" in path.partition("?")[2] else "read"


@contextmanager
def cloud_server() -> Iterator[CloudServer]:
    """Run a server with the API of S3, which can be set to reject an operation."""
    server = CloudServer()

    class Handler(NoRequestLog, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server.requests += 1
            operation = _operation(self.command, self.path)
            if rejection := server.rejections.get(operation):
                key = body.decode(errors="replace").partition("<Key>")[2].partition("</Key>")[0]
                self._answer(rejection.status, rejection.body.replace("{key}", key).encode())
            else:
                getattr(self, f"_{operation}")(unquote(self.path.partition("?")[0]), body)

        do_GET = do_HEAD = do_POST = do_DELETE = do_PUT  # noqa: N815  # the base class's names

        def _write(self, path: str, body: bytes) -> None:
            server.objects[path] = body
            self._answer(200, b"")

        def _read(self, path: str, _body: bytes) -> None:
            if path in server.objects:
                self._answer(200, server.objects[path])
            else:
                self._answer(404, _s3(404, "NoSuchKey", "The specified key does not exist.").body.encode())

        def _list(self, path: str, _body: bytes) -> None:
            entries = "".join(
                f"<Contents><Key>{name.removeprefix(path).lstrip('/')}</Key><Size>{len(data)}</Size>"
                f"<LastModified>{datetime.now(UTC):%FT%TZ}</LastModified><ETag>e</ETag></Contents>"
                for name, data in server.objects.items()
            )
            self._answer(200, f"<ListBucketResult>{entries}</ListBucketResult>".encode())

        def _delete(self, _path: str, body: bytes) -> None:
            key = body.decode().partition("<Key>")[2].partition("</Key>")[0]
            server.objects.pop(f"/gm/{key}", None)
            deleted = f"<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>"
            self._answer(200, deleted.encode())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"e"')
            self.send_header("Last-Modified", f"{datetime.now(UTC):%a, %d %b %Y %T GMT}")
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)

    with serving_in_thread(Handler) as server.address:
        yield server
