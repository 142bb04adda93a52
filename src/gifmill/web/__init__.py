"""The web application, which a server and a Lambda function run alike."""

from gifmill.web.app import create_app
from gifmill.web.cors import CORS_MAX_AGE_S, CORS_REQUEST_HEADERS, CORS_RESPONSE_HEADERS
from gifmill.web.problems import RANGE_NOT_SATISFIABLE, error_response, handle_error, problem_response
from gifmill.web.request_log import WEBSOCKET_METHOD, RequestLog, RequestRecord, new_request_id
from gifmill.web.security_headers import SECURITY_HEADERS
from gifmill.web.single_gif import RELEASE_UPLOAD

__all__ = [
    "CORS_MAX_AGE_S",
    "CORS_REQUEST_HEADERS",
    "CORS_RESPONSE_HEADERS",
    "RANGE_NOT_SATISFIABLE",
    "RELEASE_UPLOAD",
    "SECURITY_HEADERS",
    "WEBSOCKET_METHOD",
    "RequestLog",
    "RequestRecord",
    "create_app",
    "error_response",
    "handle_error",
    "new_request_id",
    "problem_response",
]
