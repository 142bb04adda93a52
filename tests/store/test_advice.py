"""Causes and advice for errors that no server of these tests can produce, and what is never shown."""

from __future__ import annotations

import pytest

from gifmill.errors import GifmillError, StoreFailed
from gifmill.store.advice import Advice, advise, location_without_secrets
from gifmill.store.failures import Cause, diagnose, is_missing_bucket
from gifmill.store.store import open_store

TOKEN_URL = "https://www.googleapis.com/oauth2/v4/token"
METADATA_URL = "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token"


def obstore_error(cloud: str, request: str, end: str) -> StoreFailed:
    """Return an error as obstore 0.12 words it, below the one of the store."""
    text = f"Generic {cloud} error: Error performing {request} in 5ms - {end}\n\nDebug source:\nGeneric {{ }}"
    error = StoreFailed("The store cannot be read or written (uploads: GenericError).")
    error.__cause__ = OSError(text)
    return error


def response(status: str, body: str) -> str:
    return f"Server returned non-2xx status code: {status}: {body}"


def test_a_clock_that_google_rejects() -> None:
    """Source of the body: issue 2689 of googleapis/google-cloud-cpp."""
    body = (
        '{\n"error": "invalid_grant",\n"error_description": "Invalid JWT: Token must be a short-lived token '
        '(60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."\n}'
    )
    error = obstore_error(
        "GCS", f"token request: Error performing POST {TOKEN_URL}", response("400 Bad Request", body)
    )
    assert diagnose(error).cause is Cause.CLOCK_WRONG
    assert diagnose(error).reason.startswith("invalid_grant: Invalid JWT: Token must be a short-lived token")
    assert "clock (NTP)" in advise("gs://gm", error).remedy


def test_a_service_account_whose_key_was_deleted() -> None:
    """Source of the body: Google's "Using OAuth 2.0 for server to server applications", error codes."""
    body = '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}'
    error = obstore_error(
        "GCS", f"token request: Error performing POST {TOKEN_URL}", response("400 Bad Request", body)
    )
    assert advise("gs://gm", error).reason == "invalid_grant: Invalid JWT Signature"
    assert "GOOGLE_APPLICATION_CREDENTIALS" in advise("gs://gm", error).remedy


def test_a_machine_without_a_service_account() -> None:
    error = obstore_error(
        "GCS", f"token request: Error performing GET {METADATA_URL}", "HTTP error: error sending request"
    )
    assert diagnose(error).cause is Cause.CREDENTIALS_MISSING
    assert "gcloud auth application-default login" in advise("gs://gm", error).remedy


def test_a_json_error_of_cloud_storage() -> None:
    """Source of the body: "HTTP status and error codes for JSON" of Cloud Storage."""
    body = (
        '{"error":{"code":403,"message":"Forbidden","errors":[{"reason":"forbidden","message":"Forbidden"}]}}'
    )
    error = obstore_error("GCS", "PUT https://storage.googleapis.com/gm/k", response("403 Forbidden", body))
    assert advise("gs://gm", error).reason == "403: Forbidden"
    assert advise("gs://gm", error).remedy.startswith("Grant the account storage.objects.create")


@pytest.mark.parametrize("body", ["[1]", "{}", "not JSON", '{"error": 5}', "<Code></Code>", ""])
def test_an_unknown_body_leaves_the_status(body: str) -> None:
    error = obstore_error("S3", "PUT http://host/gm/k", response("418 I am a teapot", body))
    assert diagnose(error).cause is Cause.OTHER
    assert advise("s3://gm", error) == Advice(
        "HTTP status 418", "Check the bucket's name, region and credentials."
    )


def test_a_message_is_one_line_of_limited_length() -> None:
    body = f"<Error><Code>AccessDenied</Code><Message>a\n{'b' * 5_000}</Message></Error>"
    reason = diagnose(obstore_error("S3", "PUT http://host/gm/k", response("403 Forbidden", body))).reason
    assert "\n" not in reason
    assert len(reason) < 330


def test_values_of_secret_variables_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG")  # pragma: allowlist secret
    monkeypatch.setenv("AZURE_STORAGE_SAS_KEY", "sv=2024&sig=abcdef")  # pragma: allowlist secret
    body = "<Code>AccessDenied</Code><Message>wJalrXUtnFEMI/K7MDENG and sv=2024&amp;sig=abcdef</Message>"
    error = obstore_error("S3", "PUT http://host/gm/k", response("403 Forbidden", body))
    assert diagnose(error).reason == "AccessDenied: *** and ***"


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("s3://bucket/prefix", "s3://bucket/prefix"),
        ("s3://user:secret@bucket", "s3://bucket"),  # pragma: allowlist secret
        ("s3://user:sec/ret@bucket/prefix", "s3://bucket/prefix"),  # pragma: allowlist secret
        ("https://host:9000/bucket?sig=a@b", "https://host:9000/bucket"),
        ("https://acc.blob.core.windows.net/c?sig=secret", "https://acc.blob.core.windows.net/c"),
        ("abfs://container@account.dfs.core.windows.net", "abfs://container@account.dfs.core.windows.net"),
        ("data?", "data?"),
    ],
)
def test_a_location_is_shown_without_secrets(location: str, shown: str) -> None:
    assert location_without_secrets(location) == shown


@pytest.mark.parametrize(
    ("location", "remedy"),
    [
        ("s3a://gm/prefix", "aws s3 mb s3://gm"),
        ("https://gm.s3.eu-west-1.amazonaws.com", "aws s3 mb s3://gm"),
        ("https://s3.eu-west-1.amazonaws.com/gm", "aws s3 mb s3://gm"),
        ("https://account.blob.core.windows.net/gm/x", "--account-name ACCOUNT --name gm"),
        ("gs://gm", "gcloud storage buckets create gs://gm"),
        ("az://gm", "az storage container create --account-name ACCOUNT --name gm"),
        (
            "abfs://gm@account.dfs.core.windows.net",
            "az storage container create --account-name ACCOUNT --name gm",
        ),
        ("nonsense://gm", "Use a folder, or a URL such as s3://bucket."),
        ("data", "Make sure the server's user can write to this folder"),
    ],
)
def test_the_remedy_is_that_of_the_cloud(location: str, remedy: str) -> None:
    body = "<Error><Code>NoSuchBucket</Code><Message>No bucket.</Message></Error>"
    error = obstore_error("S3", "PUT http://host/gm/k", response("404 Not Found", body))
    assert remedy in advise(location, error).remedy


def test_every_cause_has_advice_for_every_cloud_that_can_have_it() -> None:
    from gifmill.store.advice import _ADVICE

    only = {Cause.ACCOUNT_MISSING: {"az"}, Cause.REGION_WRONG: {"s3"}, Cause.OTHER: set()}
    for cause in Cause:
        texts = _ADVICE.get(cause, {})
        assert set(texts) == only.get(cause, {"s3", "gs", "az"}) or set(texts) == {""}, cause


def test_a_missing_object_is_not_a_missing_bucket() -> None:
    assert not is_missing_bucket(FileNotFoundError("<Code>NoSuchKey</Code>"))
    assert is_missing_bucket(FileNotFoundError("<Code>ContainerNotFound</Code>"))


def test_the_systems_reason_has_no_path() -> None:
    text = "Unable to open file /data/uploads/secretid: No space left on device (os error 28)"
    assert diagnose(OSError(f"Generic LocalFileSystem error: {text}")).reason == "No space left on device"


@pytest.mark.parametrize(
    ("location", "variable", "value"),
    [
        ("s3://gm", "AWS_ENDPOINT_URL", "localhost:9000"),
        ("s3://gm", "AWS_ENDPOINT_URL", ""),
        ("s3://gm", "AWS_ENDPOINT_URL", "http://host:99999"),
        ("s3://gm", "AWS_REGION", "eu west"),
        ("s3://gm", "AWS_SESSION_TOKEN", "token\n"),
        ("az://gm", "AZURE_STORAGE_ENDPOINT", "localhost"),
        ("az://gm", "AZURE_STORAGE_ACCOUNT_NAME", "a b"),
    ],
)
def test_a_malformed_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, location: str, variable: str, value: str
) -> None:
    """Of these, obstore's Rust code panics at those of S3, before a request leaves the machine."""
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AZURE_STORAGE_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")  # pragma: allowlist secret
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")  # pragma: allowlist secret
    monkeypatch.setenv(variable, value)
    with pytest.raises(GifmillError) as caught:
        open_store(location).put("uploads/x", b"data")
    assert diagnose(caught.value).cause is Cause.VARIABLE_INVALID
    assert variable in advise(location, caught.value).remedy
