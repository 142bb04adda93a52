"""The web application, which a server and a Lambda function run alike."""

from gifmill.web.app import create_app
from gifmill.web.problems import problem_of, refuse, status_of
from gifmill.web.request_log import SOCKET, RequestLog, RequestRecord, new_request_id
from gifmill.web.security_headers import HEADERS

__all__ = [
    "HEADERS",
    "SOCKET",
    "RequestLog",
    "RequestRecord",
    "create_app",
    "new_request_id",
    "problem_of",
    "refuse",
    "status_of",
]
