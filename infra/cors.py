"""CORS headers of the distribution's responses, the same as the local server's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront

from gifmill.web import CORS_MAX_AGE_S, CORS_REQUEST_HEADERS, CORS_RESPONSE_HEADERS

if TYPE_CHECKING:
    from collections.abc import Sequence

_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "POST"]


def cors_behavior(origins: Sequence[str]) -> cloudfront.ResponseHeadersCorsBehavior | None:
    """Return the CORS headers of a response headers policy; None without origins.

    They replace those of the application, so that responses of the gateway itself have them too.
    """
    if not origins:
        return None
    return cloudfront.ResponseHeadersCorsBehavior(
        access_control_allow_credentials=False,
        access_control_allow_headers=list(CORS_REQUEST_HEADERS),
        access_control_allow_methods=_METHODS,
        access_control_allow_origins=list(origins),
        access_control_expose_headers=list(CORS_RESPONSE_HEADERS),
        access_control_max_age=cdk.Duration.seconds(CORS_MAX_AGE_S),
        origin_override=True,
    )
