"""The CloudFront function that answers methods other than GET and HEAD for objects of buckets.

A bucket would answer OPTIONS and all other methods with 403, which the distribution turns into 404.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_cdk import aws_cloudfront as cloudfront

from gifmill.errors import problem_type
from gifmill.web import CORS_MAX_AGE_S, CORS_REQUEST_HEADERS, SECURITY_HEADERS
from infra import problem_documents as problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

_ALLOW = "GET, HEAD, OPTIONS"
_STATUS = HTTPStatus.METHOD_NOT_ALLOWED
_CODE = _STATUS.name.lower()
_PROBLEM = {"type": problem_type(_CODE), "title": _STATUS.phrase, "code": _CODE, "status": _STATUS.value}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": _ALLOW,
    "Access-Control-Allow-Headers": ", ".join(CORS_REQUEST_HEADERS),
    "Access-Control-Max-Age": str(CORS_MAX_AGE_S),
}

_SOURCE = """
var HEADERS = %(headers)s;
var PREFLIGHT = %(preflight)s;
var ORIGINS = %(origins)s;
var PROBLEM = %(problem)s;

function handler(event) {
  var request = event.request;
  if (request.method === 'GET' || request.method === 'HEAD') {
    return request;
  }
  var headers = Object.assign({}, HEADERS);
  var origin = request.headers.origin ? request.headers.origin.value : '';
  if (ORIGINS.length) {
    headers.vary = {value: 'Origin'};
  }
  if (ORIGINS.indexOf(origin) >= 0) {
    headers['access-control-allow-origin'] = {value: origin};
    if (request.method === 'OPTIONS') {
      Object.assign(headers, PREFLIGHT);
    }
  }
  if (request.method === 'OPTIONS') {
    return {statusCode: 204, statusDescription: 'No Content', headers: headers};
  }
  headers['content-type'] = {value: '%(media_type)s'};
  var detail = request.method + ' is not allowed for ' + request.uri.slice(0, 120) + '. Use %(allow)s.';
  var problem = Object.assign({}, PROBLEM, {detail: detail});
  return {
    statusCode: 405,
    statusDescription: 'Method Not Allowed',
    headers: headers,
    body: {encoding: 'text', data: JSON.stringify(problem)}
  };
}
"""


def file_methods(scope: Construct, origins: Sequence[str]) -> list[cloudfront.FunctionAssociation]:
    """Return the function, for a behavior of the distribution that lets all methods through.

    Args:
        scope: the construct of the distribution.
        origins: origins whose pages get CORS headers.
    """
    code = cloudfront.FunctionCode.from_inline(function_code(origins))
    function = cloudfront.Function(
        scope,
        "FileMethods",
        code=code,
        runtime=cloudfront.FunctionRuntime.JS_2_0,
        comment="gifmill: OPTIONS and 405 of files",
    )
    return [
        cloudfront.FunctionAssociation(
            event_type=cloudfront.FunctionEventType.VIEWER_REQUEST, function=function
        )
    ]


def function_code(origins: Sequence[str]) -> str:
    """Return the function's source text."""
    headers = {**SECURITY_HEADERS, "Allow": _ALLOW, "Cache-Control": problems.NO_STORE}
    return _SOURCE % {
        "headers": json.dumps(_event_headers(headers)),
        "preflight": json.dumps(_event_headers(_PREFLIGHT)),
        "origins": json.dumps(list(origins)),
        "problem": json.dumps(_PROBLEM),
        "media_type": problems.PROBLEM,
        "allow": _ALLOW,
    }


def _event_headers(headers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return headers in the form of the function's events, with names in lower case."""
    return {name.lower(): {"value": value} for name, value in headers.items()}
