"""Downloads of GIFs through the REST API, directly from their bucket, without a function."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_iam as iam

from infra import problem_documents as problems
from infra.api_gateway import quoted
from infra.storage import FINISHED, grant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from gifmill.errors import GifmillError
    from gifmill.settings import Settings

_NAMES = ("id", "options", "effect")
_CONDITIONS = ("If-None-Match", "If-Range", "Range")
_HEADERS = ("Content-Type", "Cache-Control", "X-Content-Type-Options")
_RANGE_HEADERS = ("Accept-Ranges", "Content-Range", "ETag")
_STATUSES = {
    "200": ("Accept-Ranges", "ETag"),
    "206": _RANGE_HEADERS,
    "304": ("Accept-Ranges", "ETag"),
    "404": (),
    "416": _RANGE_HEADERS,
    "503": ("Retry-After",),
}
"""Further headers by status. API Gateway maps only declared ones."""


def add_downloads(
    scope: Construct,
    gifs: rest.Resource,
    bucket: s3.Bucket,
    validator: rest.RequestValidator,
    settings: Settings,
) -> rest.Resource:
    """Add GET and HEAD of `{id}/{options}/{effect}` to the resource `gifs`, and return theirs."""
    role = iam.Role(scope, "GifsRole", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
    grant(role, bucket, get=FINISHED)
    resource = gifs
    for name in _NAMES:
        resource = resource.add_resource(f"{{{name}}}")
    responses = [
        *(_found(settings, status) for status in ("200", "206", "304")),
        _out_of_range(),
        # S3 responds with 403 for a missing object to roles that may not list the bucket.
        _problem(problems.NOT_FOUND, HTTPStatus.NOT_FOUND, "40[34]"),
        _problem(problems.UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE, None),
    ]
    names = [f"path.{name}" for name in _NAMES]
    conditions = [f"header.{name}" for name in _CONDITIONS]
    for method in ("GET", "HEAD"):
        integration = rest.AwsIntegration(
            service="s3",
            integration_http_method=method,
            path=f"{bucket.bucket_name}/gifs/{{id}}/{{options}}/{{effect}}",
            options=rest.IntegrationOptions(
                credentials_role=role,
                request_parameters={
                    f"integration.request.{name}": f"method.request.{name}" for name in (*names, *conditions)
                },
                integration_responses=responses,
            ),
        )
        resource.add_method(
            method,
            integration,
            request_parameters={
                **{f"method.request.{name}": True for name in names},
                **{f"method.request.{name}": False for name in conditions},
            },
            request_validator=validator,
            method_responses=[
                rest.MethodResponse(
                    status_code=status,
                    response_parameters=_to_client(dict.fromkeys((*_HEADERS, *more), True)),
                )
                for status, more in _STATUSES.items()
            ],
        )
    return resource


def _found(settings: Settings, status: str) -> rest.IntegrationResponse:
    copied = _copied("Content-Type", *_STATUSES[status])
    max_age = f"public, max-age={settings.photo_lifetime_s}, immutable"
    fixed = quoted({"Cache-Control": max_age, "X-Content-Type-Options": "nosniff"})
    return rest.IntegrationResponse(
        status_code=status, selection_pattern=status, response_parameters=_to_client(copied | fixed)
    )


def _out_of_range() -> rest.IntegrationResponse:
    """Replace S3's 416, but keep the size of the file in Content-Range."""
    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    headers = {"Content-Type": problems.PROBLEM, "Cache-Control": problems.NO_STORE}
    fixed = quoted({**headers, "X-Content-Type-Options": "nosniff"})
    return rest.IntegrationResponse(
        status_code=str(status.value),
        selection_pattern=str(status.value),
        content_handling=rest.ContentHandling.CONVERT_TO_TEXT,
        response_parameters=_to_client(_copied(*_RANGE_HEADERS) | fixed),
        response_templates={"application/json": problems.OUT_OF_RANGE},
    )


def _copied(*names: str) -> dict[str, str]:
    return {name: f"integration.response.header.{name}" for name in names}


def _problem(error: GifmillError, status: HTTPStatus, pattern: str | None) -> rest.IntegrationResponse:
    """Replace S3's responses that match the pattern (None: all others) with a problem document."""
    return rest.IntegrationResponse(
        status_code=str(status.value),
        selection_pattern=pattern,
        content_handling=rest.ContentHandling.CONVERT_TO_TEXT,  # templates need a text body
        response_parameters=_to_client(quoted(problems.headers(error))),
        response_templates={"application/json": problems.document(error, status)},
    )


def _to_client[T](values: Mapping[str, T]) -> dict[str, T]:
    return {f"method.response.header.{name}": value for name, value in values.items()}
