"""Advice for operators whose store fails: what to change, for each cause and cloud."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from gifmill.store.failures import Cause, Failure, diagnose

_FOLDER = "Make sure the server's user can write to this folder and the disk has space."
_LOCATION = "Use a folder, or a URL such as s3://bucket."
_OTHER = "Check the bucket's name, region and credentials."

_SCHEMES = {
    "s3": "s3", "s3a": "s3",
    "gs": "gs",
    "az": "az", "adl": "az", "azure": "az", "abfs": "az", "abfss": "az",
}  # fmt: skip
_HOSTS = {
    "amazonaws.com": "s3",
    "r2.cloudflarestorage.com": "s3",
    "windows.net": "az",
    "fabric.microsoft.com": "az",
}

_S3_KEYS = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for temporary ones, AWS_SESSION_TOKEN"
_EXPORT = 'eval "$(aws configure export-credentials --format env)"'

_ADVICE: dict[Cause, dict[str, str]] = {
    Cause.BUCKET_MISSING: {
        "s3": "Correct the name, or create the bucket: aws s3 mb s3://{bucket}",
        "gs": "Correct the name, or create the bucket: gcloud storage buckets create gs://{bucket}",
        "az": "Correct the name, or create the container: "
        "az storage container create --account-name ACCOUNT --name {bucket}",
    },
    Cause.BUCKET_NAME_INVALID: {
        "s3": "Use a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens.",
        "gs": "Use a bucket's name: 3 to 63 lower-case letters, digits, dots, hyphens and underscores.",
        "az": "Use a container's name: 3 to 63 lower-case letters, digits and single hyphens.",
    },
    Cause.ACCOUNT_MISSING: {"az": "Set AZURE_STORAGE_ACCOUNT_NAME to the name of the storage account."},
    Cause.CREDENTIALS_MISSING: {
        "s3": f"Set {_S3_KEYS} (files in ~/.aws are not read; set them with {_EXPORT}), "
        "or give this machine a role.",
        "gs": "Set GOOGLE_APPLICATION_CREDENTIALS to the path of a service account's key, "
        "run gcloud auth application-default login, or give this machine a service account.",
        "az": "Set AZURE_STORAGE_ACCOUNT_KEY, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, "
        "or give this machine a managed identity.",
    },
    Cause.CREDENTIALS_WRONG: {
        "s3": f"Check {_S3_KEYS}: they must belong together, and the key must be active.",
        "gs": "Check that GOOGLE_APPLICATION_CREDENTIALS is the path of an active key of a service account.",
        "az": "Check AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or the service principal's "
        "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
    },
    Cause.CREDENTIALS_EXPIRED: {
        "s3": f"Get new temporary credentials ({_EXPORT}). A server needs a role, which renews them.",
        "gs": "Get new credentials: gcloud auth application-default login",
        "az": "Get a new token or shared access signature.",
    },
    Cause.VARIABLE_INVALID: {
        "s3": f"Correct AWS_ENDPOINT_URL (such as https://HOST:PORT), AWS_REGION, or {_S3_KEYS}; "
        "no value may have a space or line break.",
        "gs": "Correct the variables that begin with GOOGLE_; no value may have a space or line break.",
        "az": "Correct AZURE_STORAGE_ENDPOINT (such as https://HOST:PORT) or AZURE_STORAGE_ACCOUNT_NAME; "
        "no value may have a space or line break.",
    },
    Cause.REGION_WRONG: {
        "s3": "Set AWS_REGION to the bucket's region{region}.",
    },
    Cause.ACCESS_DENIED: {
        "s3": "Allow {permission} on this bucket in the policy of the user or role, "
        "and check that the bucket is yours.",
        "gs": "Grant the account {permission} (the role roles/storage.objectUser includes it), "
        "and check the bucket's name.",
        "az": "Assign the role Storage Blob Data Contributor on the container, "
        "and check the firewall of the storage account.",
    },
    Cause.CLOCK_WRONG: {"": "Set this machine's clock (NTP): requests are signed with the time."},
    Cause.UNREACHABLE: {
        "s3": "Check the network, HTTPS_PROXY, and the spelling of AWS_REGION and AWS_ENDPOINT_URL.",
        "gs": "Check the network and HTTPS_PROXY.",
        "az": "Check the network, HTTPS_PROXY and the spelling of AZURE_STORAGE_ACCOUNT_NAME.",
    },
    Cause.UNTRUSTED: {"": "Set SSL_CERT_FILE to the certificate of its authority, or correct the address."},
    Cause.UNENCRYPTED: {
        "s3": "Use an https:// address in AWS_ENDPOINT_URL, or set AWS_ALLOW_HTTP=true.",
        "gs": "Use an https:// address, or set GOOGLE_ALLOW_HTTP=true.",
        "az": "Use an https:// address, or set AZURE_ALLOW_HTTP=true.",
    },
    Cause.OVERLOADED: {"": "Try again later: the cloud store has an outage or too many requests."},
}

_PERMISSIONS = {
    "s3": {
        "write": "s3:PutObject",
        "read": "s3:GetObject",
        "list": "s3:ListBucket",
        "delete": "s3:DeleteObject",
        "": "s3:PutObject, s3:GetObject, s3:ListBucket and s3:DeleteObject",
    },
    "gs": {
        "write": "storage.objects.create",
        "read": "storage.objects.get",
        "list": "storage.objects.list",
        "delete": "storage.objects.delete",
        "": "storage.objects.create, get, list and delete",
    },
}


class Advice(NamedTuple):
    """Why a store fails, and what to do.

    Attributes:
        reason: the cloud's code and message, or the system's; no full stop.
        remedy: a sentence that names the setting, permission or command.
    """

    reason: str
    remedy: str


def advise(location: str, error: BaseException, *, opening: bool = False) -> Advice:
    """Return why a store fails, and what to do.

    Args:
        location: the store, as `open_store` takes it.
        error: the error of the store; its causes are inspected.
        opening: whether the store could not be opened, so that the location may be wrong.
    """
    failure = diagnose(error)
    if opening and failure.cause is Cause.OTHER:
        return Advice(failure.reason, _LOCATION)
    return Advice(failure.reason, _remedy(location, failure))


def location_without_secrets(location: str) -> str:
    """Return a store's URL without user, password and query, which can hold keys.

    Keys of AWS can have slashes.
    """
    return re.sub(r"(?<=://)[^@?]*:[^@?]*@|\?.*", "", location) if "://" in location else location


def _remedy(location: str, failure: Failure) -> str:
    if "://" not in location or location.startswith("file:"):
        return _FOLDER
    cloud = _cloud(location)
    if not cloud:
        return _LOCATION
    texts = _ADVICE.get(failure.cause, {})
    permissions = _PERMISSIONS.get(cloud, {})
    return texts.get(cloud, texts.get("", _OTHER)).format(
        bucket=_bucket(location),
        permission=permissions.get(failure.operation, permissions.get("", "")),
        region=f", {failure.region}" if failure.region else "",
    )


def _cloud(location: str) -> str:
    parts = urlsplit(location)
    by_host = (cloud for host, cloud in _HOSTS.items() if (parts.hostname or "").endswith(host))
    return _SCHEMES.get(parts.scheme) or (next(by_host, "") if parts.scheme == "https" else "")


def _bucket(location: str) -> str:
    """Return the bucket or container of a URL: before `@`, as the first part of the host, or of the path."""
    parts = urlsplit(location)
    if parts.scheme != "https":
        return parts.netloc.partition("@")[0]
    name, dot, _ = parts.netloc.partition(".s3")
    return name if dot else parts.path.lstrip("/").partition("/")[0]
