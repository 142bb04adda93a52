"""API Gateway (REST) forwards requests directly to S3.

Upstream treats every `AWS` integration except SQS as a function, finds none, and answers 504.
"""

from __future__ import annotations

import http.client
import os
import ssl
from typing import Any, NamedTuple
from urllib.parse import quote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from ministack.core import lambda_runtime
from ministack.core.concurrency import run_reentrant
from ministack.services import apigateway_v1

_TIMEOUT_S = 29  # API Gateway's own

type Answer = tuple[int, dict[str, str], bytes]


class _Request(NamedTuple):
    """Request of the integration to S3."""

    verb: str
    path: str
    headers: dict[str, str]
    region: str


def apply() -> None:
    """Dispatch `arn:aws:apigateway:{region}:s3:path/...` to S3, and all others as upstream."""
    upstream = apigateway_v1._invoke_lambda_custom_v1

    async def dispatch(integration: dict[str, Any], *args: Any, **kwargs: Any) -> Answer:
        target = apigateway_v1._parse_service_integration_uri(integration.get("uri", ""))
        if not target or target[1:3] != ("s3", "path"):
            answer: Answer = await upstream(integration, *args, **kwargs)
            return answer
        method, headers, path_parameters = args[5], args[6], args[9]
        request = _request(integration, target[0], target[3], method, headers, path_parameters or {})
        credentials = _role_credentials(
            integration["credentials"], request.region, kwargs["owner_account_id"]
        )
        status, found, body = await run_reentrant(_send, request, credentials)
        return _answer(integration, status, found, body, kwargs["binary_media_types"])

    apigateway_v1._invoke_lambda_custom_v1 = dispatch


def _request(
    integration: dict[str, Any],
    region: str,
    path: str,
    method: str,
    headers: dict[str, str],
    path_parameters: dict[str, str],
) -> _Request:
    """Map the request's parameters. `integration.request.path.id: method.request.path.id` fills in `{id}`."""
    sent: dict[str, str] = {}
    for target, source in (integration.get("requestParameters") or {}).items():
        kind, name = target.split(".", 3)[2:]
        value = _mapped(source, headers, path_parameters)
        if kind == "path" and value is not None:
            path = path.replace(f"{{{name}}}", quote(value))
        elif kind == "header" and value is not None:
            sent[name] = value
    return _Request(integration.get("httpMethod") or method, path, sent, region)


def _mapped(source: str, headers: dict[str, str], path_parameters: dict[str, str]) -> str | None:
    """Return the value of `'literal'`, `method.request.path.{name}` or `method.request.header.{name}`."""
    if source.startswith("'"):
        return source[1:-1]
    kind, name = source.split(".", 3)[2:]
    if kind == "path":
        return path_parameters.get(name)
    value: str | None = apigateway_v1._header_ci(headers, name)
    return value


def _role_credentials(role: str, region: str, account: str) -> dict[str, str]:
    """Return credentials of the integration's role, as for functions, so that its policies are enforced."""
    arn = f"arn:aws:lambda:{region}:{account}:function:apigateway"
    credentials: dict[str, str] = lambda_runtime.execution_credentials(
        {"FunctionArn": arn, "FunctionName": "apigateway", "Role": role}
    )
    return credentials


def _send(request: _Request, credentials: dict[str, str]) -> Answer:
    port = int(os.environ["GATEWAY_PORT"])
    signed = AWSRequest(request.verb, f"https://127.0.0.1:{port}/{request.path}", headers=request.headers)
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    S3SigV4Auth(Credentials(*(credentials[key] for key in keys)), "s3", request.region).add_auth(signed)
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=_TIMEOUT_S, context=ssl.create_default_context()
    )
    try:
        connection.request(request.verb, f"/{request.path}", headers=dict(signed.headers.items()))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def _answer(
    integration: dict[str, Any], status: int, found: dict[str, str], body: bytes, binary_types: list[str]
) -> Answer:
    """Map S3's answer by the integration response whose pattern its status matches."""
    response = apigateway_v1._select_service_integration_response(integration, status)
    if response is None:
        return 500, {"Content-Type": "application/json"}, b'{"message": "Internal server error"}'
    headers = {"Content-Type": "application/json"}
    for target, source in (response.get("responseParameters") or {}).items():
        literal = source.startswith("'")
        value = source[1:-1] if literal else found.get(source.rsplit(".", 1)[1].lower())
        if value is not None:
            headers[target.rsplit(".", 1)[1]] = value
    if templates := response.get("responseTemplates"):
        body = next(iter(templates.values())).encode()
    elif not apigateway_v1._media_type_matches(found.get("content-type"), binary_types):
        body = body.decode(
            "utf-8", "replace"
        ).encode()  # undeclared types are converted to text, which breaks binary data
    return int(response["statusCode"]), headers, body
