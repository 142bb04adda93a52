"""Clients that reach the emulator under host names of AWS and check its certificate."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.emulator.process import ACCOUNT, REGION, SECRET
from tests.websocket_tls import without_session_tickets
from websockets.sync.client import connect
from websockets.typing import Origin

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from tests.emulator.process import Emulator
    from websockets.sync.client import ClientConnection

_TIMEOUT_S = 60
_CONFIG = Config(retries={"max_attempts": 1}, read_timeout=_TIMEOUT_S, s3={"addressing_style": "path"})


class _Rerouted(httpx.BaseTransport):
    """Sends every request to the emulator. The header and TLS keep the original host."""

    def __init__(self, emulator: Emulator) -> None:
        self._port = emulator.port
        self._inner = httpx.HTTPTransport(verify=tls(emulator))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1", port=self._port),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
        )

    def close(self) -> None:
        self._inner.close()


class Aws(ExitStack):
    """boto3's clients with the permissions of the account's root. The end of the block closes them."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self._emulator = emulator
        self._session = boto3.Session(
            aws_access_key_id=ACCOUNT, aws_secret_access_key=SECRET, region_name=REGION
        )

    def _client(self, service: Any) -> Any:
        client: Any = self._session.client(
            service,
            endpoint_url=self._emulator.endpoint,
            verify=str(self._emulator.authority),
            config=_CONFIG,
        )
        self.callback(client.close)
        return client

    @cached_property
    def apigateway(self) -> APIGatewayClient:
        """The client of API Gateway: REST APIs and their keys."""
        client: APIGatewayClient = self._client("apigateway")
        return client

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        """The client of CloudFormation: stacks."""
        client: CloudFormationClient = self._client("cloudformation")
        return client

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """The client of DynamoDB: tables."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @cached_property
    def iam(self) -> IAMClient:
        """The client of IAM: roles and their policies."""
        client: IAMClient = self._client("iam")
        return client

    @cached_property
    def lambda_(self) -> LambdaClient:
        """The client of Lambda: functions."""
        client: LambdaClient = self._client("lambda")
        return client

    @cached_property
    def s3(self) -> S3Client:
        """The client of S3: buckets."""
        client: S3Client = self._client("s3")
        return client

    @cached_property
    def sns(self) -> SNSClient:
        """The client of SNS: topics."""
        client: SNSClient = self._client("sns")
        return client

    @cached_property
    def sqs(self) -> SQSClient:
        """The client of SQS: queues."""
        client: SQSClient = self._client("sqs")
        return client


def tls(emulator: Emulator) -> ssl.SSLContext:
    """Return a TLS context that trusts only the emulator's certificate authority."""
    return ssl.create_default_context(cafile=emulator.authority)


def http_client(emulator: Emulator, base_url: str = "") -> httpx.Client:
    """Return an HTTP client for URLs such as https://d1.cloudfront.net/."""
    return httpx.Client(transport=_Rerouted(emulator), base_url=base_url, timeout=_TIMEOUT_S)


def web_socket(emulator: Emulator, url: str, origin: str | None = None) -> ClientConnection:
    """Open a WebSocket to a URL such as wss://{api}.execute-api.us-east-1.amazonaws.com/live."""
    connection = socket.create_connection(("127.0.0.1", emulator.port), timeout=_TIMEOUT_S)
    return connect(
        url,
        sock=connection,
        ssl=without_session_tickets(tls(emulator)),
        origin=None if origin is None else Origin(origin),
        open_timeout=_TIMEOUT_S,
        proxy=None,
    )


def chromium_args(emulator: Emulator) -> list[str]:
    """Return options with which Chromium resolves names of AWS to the emulator and trusts its certificate.

    Source: Chromium's network switches (host-resolver-rules, ignore-certificate-errors-spki-list).
    """
    certificate = x509.load_pem_x509_certificate(emulator.certificate.read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    names = ("*.amazonaws.com", "*.cloudfront.net")
    return [
        "--host-resolver-rules=" + ",".join(f"MAP {name}:443 127.0.0.1:{emulator.port}" for name in names),
        "--ignore-certificate-errors-spki-list=" + base64.b64encode(hashlib.sha256(key).digest()).decode(),
    ]
