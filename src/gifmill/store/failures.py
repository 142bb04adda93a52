"""Why a store fails: the cause, extracted from obstore's error and from the cloud's response in it.

obstore reports a line such as "Error performing PUT https://... - Server returned non-2xx status code: 403
Forbidden: <Error>...", then a dump of its Rust errors. The body is the cloud's XML or JSON. Only its code and
message are used: other elements repeat the request, with its signature and the access key.
"""

from __future__ import annotations

import json
import os
import re
from enum import StrEnum, auto
from html import unescape
from typing import NamedTuple
from urllib.parse import urlsplit

_MAX_MESSAGE = 300
_MIN_SECRET = 6
"""Shorter values of variables are not removed from messages: they could be parts of words."""

_DUMP = "\n\nDebug source:"


class Cause(StrEnum):
    """What is wrong with a store."""

    BUCKET_MISSING = auto()
    BUCKET_NAME_INVALID = auto()
    ACCOUNT_MISSING = auto()
    CREDENTIALS_MISSING = auto()
    CREDENTIALS_WRONG = auto()
    CREDENTIALS_EXPIRED = auto()
    VARIABLE_INVALID = auto()
    REGION_WRONG = auto()
    ACCESS_DENIED = auto()
    CLOCK_WRONG = auto()
    UNREACHABLE = auto()
    UNTRUSTED = auto()
    UNENCRYPTED = auto()
    OVERLOADED = auto()
    OTHER = auto()


class Failure(NamedTuple):
    """Why a store fails.

    Attributes:
        cause: the kind of reason.
        reason: the cloud's code and message, or the system's; without secrets.
        operation: "write", "read", "list" or "delete"; empty if unknown.
        region: the region that the cloud expects; empty if unknown.
    """

    cause: Cause
    reason: str
    operation: str = ""
    region: str = ""


_CODES = {
    # of S3 ("Error responses" in its API reference) and Cloud Storage ("HTTP status and error codes for XML")
    "NoSuchBucket": Cause.BUCKET_MISSING,
    "InvalidBucketName": Cause.BUCKET_NAME_INVALID,
    "AuthenticationRequired": Cause.CREDENTIALS_WRONG,
    "InvalidAccessKeyId": Cause.CREDENTIALS_WRONG,
    "InvalidSecurity": Cause.CREDENTIALS_WRONG,
    "InvalidToken": Cause.CREDENTIALS_WRONG,
    "SignatureDoesNotMatch": Cause.CREDENTIALS_WRONG,
    "ExpiredToken": Cause.CREDENTIALS_EXPIRED,
    "TokenRefreshRequired": Cause.CREDENTIALS_EXPIRED,
    "IllegalLocationConstraintException": Cause.REGION_WRONG,
    "PermanentRedirect": Cause.REGION_WRONG,
    "TemporaryRedirect": Cause.REGION_WRONG,
    "AccessDenied": Cause.ACCESS_DENIED,
    "AllAccessDisabled": Cause.ACCESS_DENIED,
    "RequestTimeTooSkewed": Cause.CLOCK_WRONG,
    "SlowDown": Cause.OVERLOADED,
    # of Azure ("Blob Storage error codes" and "Common REST API error codes")
    "ContainerNotFound": Cause.BUCKET_MISSING,
    "InvalidResourceName": Cause.BUCKET_NAME_INVALID,
    "OutOfRangeInput": Cause.BUCKET_NAME_INVALID,
    "AuthenticationFailed": Cause.CREDENTIALS_WRONG,
    "InvalidAuthenticationInfo": Cause.CREDENTIALS_WRONG,
    "NoAuthenticationInformation": Cause.CREDENTIALS_WRONG,
    "ServerBusy": Cause.OVERLOADED,
    # of OAuth servers (RFC 6749, section 5.2)
    "invalid_client": Cause.CREDENTIALS_WRONG,
    "invalid_grant": Cause.CREDENTIALS_WRONG,
    "unauthorized_client": Cause.CREDENTIALS_WRONG,
}

_STATUSES = {
    "401": Cause.CREDENTIALS_WRONG,
    "403": Cause.ACCESS_DENIED,
    "404": Cause.BUCKET_MISSING,
    "429": Cause.OVERLOADED,
    "5": Cause.OVERLOADED,
}
"""Causes by the status, or by its first digit, for codes that are not known."""

_METADATA_PATHS = re.compile(
    r"/latest/(?:api/token|meta-data)|/computeMetadata/|/metadata/identity/|//169\.254\."
)
"""Addresses of metadata services: they give a machine its role's credentials, if the environment has none."""

_CONNECTION_ERRORS = (
    ("dns error", Cause.UNREACHABLE, "the host name {host} is unknown"),
    ("ConnectionRefused", Cause.UNREACHABLE, "{host} refuses the connection"),
    ("TimedOut", Cause.UNREACHABLE, "{host} does not respond"),
    ("InvalidCertificate", Cause.UNTRUSTED, "the certificate of {host} is not trusted"),
    ("BadScheme", Cause.UNENCRYPTED, "{host} is an http:// address"),
    ("", Cause.UNREACHABLE, "no connection to {host}"),
)
"""Parts of the dump, with the cause and reason that they show. The first one found counts."""

_OPERATIONS = (
    (r"delete request|DeleteObjects|\?delete |performing DELETE", "delete"),
    (r"list request", "list"),
    (r"performing (?:PUT|POST)", "write"),
    (r"performing (?:GET|HEAD)", "read"),
)


def diagnose(error: BaseException) -> Failure:
    """Return why a store fails.

    Args:
        error: an error of obstore or the system, or one of gifmill that was raised from such an error.
    """
    while error.__cause__ is not None:
        error = error.__cause__
    if is_panic(error):
        return Failure(Cause.VARIABLE_INVALID, "an address or a value in the environment is malformed")
    text, _, dump = str(error).partition(_DUMP)
    failure = _diagnose(text.strip(), dump) or Failure(Cause.OTHER, _system_reason(error, text))
    operation = next((name for pattern, name in _OPERATIONS if re.search(pattern, text)), "")
    return failure._replace(reason=_redact(failure.reason).rstrip("."), operation=operation)


def is_panic(error: BaseException) -> bool:
    """Return whether an error is a panic of obstore's Rust code: its class cannot be imported."""
    return type(error).__module__ == "pyo3_runtime"


def is_missing_bucket(error: BaseException) -> bool:
    """Return whether a "not found" error means the bucket, not an object in it."""
    return bool(re.search("<Code>(?:NoSuchBucket|ContainerNotFound)</Code>", str(error)))


def _diagnose(text: str, dump: str) -> Failure | None:
    if _METADATA_PATHS.search(text):
        return Failure(
            Cause.CREDENTIALS_MISSING, "no credentials in the environment or from a role of this machine"
        )
    if "redirect without LOCATION" in text:
        return Failure(Cause.REGION_WRONG, "the bucket is in another region")
    if "HTTP error: " in text:
        host = _host(text)
        found = next((cause, reason) for part, cause, reason in _CONNECTION_ERRORS if part in dump)
        return Failure(found[0], found[1].format(host=host))
    if refused := re.search(r"DeleteObjects request failed.*: (.*) \(code: (\w+)\)", text):
        return _of_response("", refused[2], refused[1], text)
    if response := re.search(r"status code: (\d{3}) ?[^:]*: ?(.*)", text, re.DOTALL):
        return _of_response(response[1], *_code_and_message(response[2]), text)
    if local := re.match(r"Generic (?:S3|GCS|MicrosoftAzure) error: ([^\n]*)", text):
        return Failure(_cause_of_local_error(local[1]), local[1])
    return None


def _cause_of_local_error(message: str) -> Cause:
    """Return the cause of an error that obstore raised without a response."""
    if "Account must be specified" in message:
        return Cause.ACCOUNT_MISSING
    if "parse source url" in message:
        return Cause.VARIABLE_INVALID
    return (
        Cause.CREDENTIALS_WRONG if re.search("(?i)credential|service account|key", message) else Cause.OTHER
    )


def _of_response(status: str, code: str, message: str, text: str) -> Failure:
    """Return the failure that a response of the cloud means."""
    cause = _CODES.get(code) or _STATUSES.get(status) or _STATUSES.get(status[:1]) or Cause.OTHER
    region = ""
    if expected := re.search(r"expecting '([a-z0-9-]+)'|<Region>([a-z0-9-]+)</Region>", text):
        region = expected[1] or expected[2]
    if code == "AuthorizationHeaderMalformed":
        cause = Cause.REGION_WRONG if region else Cause.CREDENTIALS_WRONG
    # Azure and OAuth have no code for a wrong clock. Sources of the texts: issue 5433 of
    # Azure/azure-sdk-for-js and issue 2689 of googleapis/google-cloud-cpp.
    if re.search("Request date header too old|reasonable timeframe", text):
        cause = Cause.CLOCK_WRONG
    reason = ": ".join(filter(None, (code or f"HTTP status {status}", message)))
    return Failure(cause, reason, region=region)


def _code_and_message(body: str) -> tuple[str, str]:
    """Return the code and message of a response: XML of stores, JSON of OAuth servers and Google's APIs."""
    if code := re.search(r"<Code>(.*?)</Code>", body, re.DOTALL):
        message = re.search(r"<Message>(.*?)</Message>", body, re.DOTALL)
        details = re.search(r"<Details>(.*?)</Details>", body, re.DOTALL)
        return unescape(code[1]).strip(), _line(
            " ".join(unescape(part[1]) for part in (message, details) if part)
        )
    try:
        document = json.loads(body)
    except ValueError:
        return "", ""
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        return str(error.get("status") or error.get("code") or ""), _line(str(error.get("message", "")))
    if isinstance(error, str):
        return error, _line(str(document.get("error_description", "")))
    return "", ""


def _line(text: str) -> str:
    """Return a message without the identifiers of the request, which Azure appends on lines of their own."""
    text = re.split(r"\s*(?:RequestId:|Trace ID:)", text.strip())[0]
    text = " ".join(text.split())
    return text if len(text) <= _MAX_MESSAGE else text[:_MAX_MESSAGE].rstrip() + "..."


def _host(text: str) -> str:
    address = re.search(r"https?://[^\s,]+", text)
    parts = urlsplit(address[0]) if address else None
    return parts.netloc.rpartition("@")[2] if parts else "the store"


def _system_reason(error: BaseException, text: str) -> str:
    """Return the system's message, without the path in front of it: its last parts are a photo's view."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if found := re.search(r"([A-Z][A-Za-z ,/-]+) \(os error \d+\)", text):
        return found[1]
    if isinstance(error, ValueError) or text.startswith("Generic URL error: "):
        return text.partition("\n")[0].removeprefix("Generic URL error: ")
    return type(error).__name__


def _redact(text: str) -> str:
    """Remove the values of variables that hold secrets."""
    for name, value in os.environ.items():
        if re.search("SECRET|TOKEN|PASSWORD|SAS|_KEY$|_KEY_", name.upper()) and not name.endswith("_ID"):
            text = text.replace(value, "***") if len(value) >= _MIN_SECRET else text
    return text
