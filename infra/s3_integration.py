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
_HEADERS = ("Content-Type", "Cache-Control", "X-Content-Type-Options")


def add_downloads(
    scope: Construct,
    gifs: rest.Resource,
    bucket: s3.Bucket,
    validator: rest.RequestValidator,
    settings: Settings,
) -> None:
    """Add GET and HEAD of `{id}/{options}/{effect}` to the resource `gifs`."""
    role = iam.Role(scope, "GifsRole", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
    grant(role, bucket, get=FINISHED)
    resource = gifs
    for name in _NAMES:
        resource = resource.add_resource(f"{{{name}}}")
    responses = [
        _found(settings),
        # S3 responses 403 for a missing object to roles that may not list the bucket.
        _problem(problems.NOT_FOUND, HTTPStatus.NOT_FOUND, "40[34]"),
        _problem(problems.UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE, None),
    ]
    for method in ("GET", "HEAD"):
        integration = rest.AwsIntegration(
            service="s3",
            integration_http_method=method,
            path=f"{bucket.bucket_name}/gifs/{{id}}/{{options}}/{{effect}}",
            options=rest.IntegrationOptions(
                credentials_role=role,
                request_parameters={
                    f"integration.request.path.{name}": f"method.request.path.{name}" for name in _NAMES
                },
                integration_responses=responses,
            ),
        )
        resource.add_method(
            method,
            integration,
            request_parameters={f"method.request.path.{name}": True for name in _NAMES},
            request_validator=validator,
            # API Gateway maps only declared headers.
            method_responses=[
                rest.MethodResponse(
                    status_code=status,
                    response_parameters=_to_client(dict.fromkeys((*_HEADERS, *more), True)),
                )
                for status, more in (("200", ("ETag",)), ("404", ()), ("503", ("Retry-After",)))
            ],
        )


def _found(settings: Settings) -> rest.IntegrationResponse:
    copied = {name: f"integration.response.header.{name}" for name in ("Content-Type", "ETag")}
    max_age = f"public, max-age={settings.photo_lifetime_s}, immutable"
    fixed = quoted({"Cache-Control": max_age, "X-Content-Type-Options": "nosniff"})
    return rest.IntegrationResponse(
        status_code="200", selection_pattern="200", response_parameters=_to_client(copied | fixed)
    )


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
