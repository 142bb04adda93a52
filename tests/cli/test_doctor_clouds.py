"""The doctor's check of a cloud store: the real cause, and advice for that cloud.

Real HTTP requests of obstore reach servers that respond as S3, Cloud Storage and Azure do. What the emulator
of AWS can reject, it rejects.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.aws.s3_fault_proxy import fault_proxy
from tests.emulator.clients import Aws
from tests.emulator.process import ACCOUNT, REGION, SECRET, emulator, require_emulator
from tests.store import cloud_server as responses
from tests.store.cloud_server import CloudServer, Rejection, cloud_server

from gifmill.cli import doctor
from gifmill.errors import StoreFailed
from gifmill.server.app import create_local_app
from gifmill.settings import Settings
from gifmill.store import RETRIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

S3_SECRET = "secret-key-of-a-test"  # pragma: allowlist secret
S3_TOKEN = "session-token-of-a-test"  # pragma: allowlist secret
AZURE_KEY = "a2V5LW9mLWEtdGVzdA=="  # pragma: allowlist secret

CLOUDS = ("AWS_", "AZURE_", "GOOGLE_", "GCE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove this machine's credentials and proxies."""
    import os

    for name in list(os.environ):
        if name.upper().startswith(CLOUDS):
            monkeypatch.delenv(name)


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    """A server in place of a cloud."""
    with cloud_server() as running:
        yield running


def use_s3(monkeypatch: pytest.MonkeyPatch, address: str, **other: str) -> None:
    """Let the environment name an S3 store at this address."""
    variables = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",  # pragma: allowlist secret
        "AWS_SECRET_ACCESS_KEY": S3_SECRET,
        "AWS_SESSION_TOKEN": S3_TOKEN,
    }
    for name, value in (variables | other).items():
        monkeypatch.setenv(name, value)


def use_gcs(monkeypatch: pytest.MonkeyPatch, address: str, folder: Path) -> None:
    """Let the environment name a key file of Cloud Storage, whose server is at this address."""
    key = rsa.generate_private_key(65537, 2048)
    document = {
        "type": "service_account",
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "private_key_id": "1",
        "client_email": "mill@p.iam.gserviceaccount.com",
        "gcs_base_url": address,
        "disable_oauth": True,
    }
    (folder / "key.json").write_text(json.dumps(document))
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(folder / "key.json"))
    monkeypatch.setenv("GOOGLE_ALLOW_HTTP", "true")


def use_azure(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let the environment name a storage account at this address."""
    variables = {
        "AZURE_STORAGE_ACCOUNT_NAME": "mill",
        "AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY,
        "AZURE_STORAGE_ENDPOINT": address,
        "AZURE_ALLOW_HTTP": "true",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def check(location: str) -> doctor.Finding:
    """Return the finding of the store; it has no secret."""
    finding = next(iter(doctor._store(location, Settings())))
    text = doctor.format_finding(finding)
    for secret in (
        S3_SECRET,
        S3_TOKEN,
        AZURE_KEY,
        "StringToSign",
        "AWS4-HMAC",
        "c2lnbmF0dXJl",
        "PRIVATE KEY",
    ):
        assert secret not in text
    assert "Debug source" not in text
    assert "\n" not in text
    return finding


S3_CASES = {
    "bucket": (
        responses.NO_SUCH_BUCKET,
        "NoSuchBucket: The specified bucket does not exist.",
        "aws s3 mb s3://gm",
    ),
    "name": (responses.INVALID_BUCKET_NAME, "InvalidBucketName: ", "3 to 63 lower-case letters"),
    "key": (responses.INVALID_ACCESS_KEY, "InvalidAccessKeyId: ", "Check AWS_ACCESS_KEY_ID"),
    "secret": (responses.SIGNATURE, "SignatureDoesNotMatch: ", "Check AWS_ACCESS_KEY_ID"),
    "expired": (
        responses.EXPIRED_TOKEN,
        "ExpiredToken: The provided token has expired.",
        "Get new temporary",
    ),
    "region": (
        responses.MALFORMED_REGION,
        "AuthorizationHeaderMalformed: ",
        "AWS_REGION to the bucket's region, eu-central-1.",
    ),
    "redirect": (
        responses.REDIRECT,
        "the bucket is in another region",
        "Set AWS_REGION to the bucket's region.",
    ),
    "clock": (responses.TOO_SKEWED, "RequestTimeTooSkewed: ", "Set this machine's clock (NTP)"),
    "overload": (responses.SLOW_DOWN, "SlowDown: ", "Try again later"),
    "plain 404": (Rejection(404, ""), "HTTP status 404", "aws s3 mb s3://gm"),
    "plain 401": (Rejection(401, "<html>no</html>"), "HTTP status 401", "Check AWS_ACCESS_KEY_ID"),
}


@pytest.mark.parametrize("name", S3_CASES)
def test_the_cause_and_remedy_for_s3(cloud: CloudServer, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    rejection, detail, remedy = S3_CASES[name]
    use_s3(monkeypatch, cloud.address)
    cloud.reject_all(rejection)
    finding = check("s3://gm")
    assert not finding.ok
    assert finding.detail.startswith(f"s3://gm cannot be written: {detail}")
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    ("operation", "step", "permission"),
    [
        ("write", "written", "s3:PutObject"),
        ("read", "read", "s3:GetObject"),
        ("list", "listed", "s3:ListBucket"),
        ("delete", "deleted", "s3:DeleteObject"),
    ],
)
def test_a_missing_permission_is_named(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch, operation: str, step: str, permission: str
) -> None:
    use_s3(monkeypatch, cloud.address)
    cloud.rejections = {operation: responses.ACCESS_DENIED}
    finding = check("s3://gm")
    assert finding.detail == f"s3://gm cannot be {step}: AccessDenied: Access Denied."
    assert finding.remedy.startswith(f"Allow {permission} on this bucket")


def test_a_deletion_that_is_denied_in_a_successful_response_is_named(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 responds to DeleteObjects with 200, and with an error for each key. Source: its API reference."""
    use_s3(monkeypatch, cloud.address)
    error = "<Error><Key>{key}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    cloud.rejections = {"delete": Rejection(200, f"<DeleteResult>{error}</DeleteResult>")}
    finding = check("s3://gm")
    assert finding.detail == "s3://gm cannot be deleted: AccessDenied: Access Denied."
    assert finding.remedy.startswith("Allow s3:DeleteObject on this bucket")


def test_a_healthy_bucket_passes(cloud: CloudServer, monkeypatch: pytest.MonkeyPatch) -> None:
    use_s3(monkeypatch, cloud.address)
    finding = check("s3://gm")
    assert finding.ok
    assert cloud.objects == {}


GCS_CASES = {
    "bucket": (responses.GCS_NO_BUCKET, "NoSuchBucket: ", "gcloud storage buckets create gs://gm"),
    "name": (responses.GCS_BUCKET_NAME, "InvalidBucketName: ", "3 to 63 lower-case letters"),
    "credentials": (
        responses.GCS_UNAUTHENTICATED,
        "AuthenticationRequired: ",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ),
    "permission": (
        responses.GCS_DENIED,
        "AccessDenied: Access denied. mill@p.iam",
        "Grant the account storage.objects.create",
    ),
}


@pytest.mark.parametrize("name", GCS_CASES)
def test_the_cause_and_remedy_for_cloud_storage(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    rejection, detail, remedy = GCS_CASES[name]
    use_gcs(monkeypatch, cloud.address, tmp_path)
    cloud.reject_all(rejection)
    finding = check("gs://gm")
    assert finding.detail.startswith(f"gs://gm cannot be written: {detail}")
    assert remedy in finding.remedy


AZURE_CASES = {
    "container": (
        responses.AZURE_NO_CONTAINER,
        "ContainerNotFound: The specified container does not exist.",
        "--name gm",
    ),
    "name": (responses.AZURE_CONTAINER_NAME, "InvalidResourceName: ", "single hyphens"),
    "key": (responses.AZURE_SIGNATURE, "AuthenticationFailed: ", "AZURE_STORAGE_ACCOUNT_KEY"),
    "clock": (responses.AZURE_OLD_DATE, "AuthenticationFailed: ", "Set this machine's clock (NTP)"),
    "role": (responses.AZURE_DENIED, "AuthorizationPermissionMismatch: ", "Storage Blob Data Contributor"),
}


@pytest.mark.parametrize("name", AZURE_CASES)
def test_the_cause_and_remedy_for_azure(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rejection, detail, remedy = AZURE_CASES[name]
    use_azure(monkeypatch, cloud.address)
    cloud.reject_all(rejection)
    finding = check("az://gm")
    assert finding.detail.startswith(f"az://gm cannot be written: {detail}")
    assert "RequestId" not in finding.detail
    assert remedy in finding.remedy


def closed_port() -> int:
    """Return a port that refuses connections."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def test_missing_credentials_of_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without keys, obstore asks the machine's metadata service, which machines outside AWS do not have."""
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", f"http://127.0.0.1:{closed_port()}")
    finding = check("s3://gm")
    assert "no credentials in the environment" in finding.detail
    assert finding.remedy.startswith("Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY")


def test_missing_credentials_of_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "mill")
    path = "metadata/identity/oauth2/token"
    monkeypatch.setenv("AZURE_MSI_ENDPOINT", f"http://127.0.0.1:{closed_port()}/{path}")
    finding = check("az://gm")
    assert "no credentials in the environment" in finding.detail
    assert finding.remedy.startswith("Set AZURE_STORAGE_ACCOUNT_KEY")


def test_a_missing_storage_account_of_azure() -> None:
    finding = check("az://gm")
    assert finding.detail.endswith("Set AZURE_STORAGE_ACCOUNT_NAME to the name of the storage account.")


def test_an_invalid_key_of_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "mill")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "not base64!")
    assert "Invalid Access Key" in check("az://gm").detail
    assert "Check AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY" in check("az://gm").detail


@pytest.mark.parametrize("content", [None, '{"private_key": "PRIVATE KEY'])
def test_an_unreadable_key_file_of_cloud_storage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "key.json").write_text(content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    finding = check("gs://gm")
    assert "service account file" in finding.detail
    assert "Check that GOOGLE_APPLICATION_CREDENTIALS is the path of an active key" in finding.detail


def test_a_host_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    port = closed_port()
    use_s3(monkeypatch, f"http://127.0.0.1:{port}")
    finding = check("s3://gm")
    assert finding.detail == f"s3://gm cannot be written: 127.0.0.1:{port} refuses the connection."
    assert finding.remedy.startswith("Check the network")


def test_an_unknown_host_and_its_region(monkeypatch: pytest.MonkeyPatch) -> None:
    use_s3(monkeypatch, "http://s3.us-esat-1.invalid")
    finding = check("s3://gm")
    assert finding.detail == "s3://gm cannot be written: the host name s3.us-esat-1.invalid is unknown."
    assert "AWS_REGION" in finding.remedy


def test_a_host_that_does_not_respond_is_reported_after_few_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_s3(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}", AWS_TIMEOUT="1s")
        finding = check("s3://gm")
        silent.setblocking(False)
        assert 1 <= _count_connections(silent) <= 1 + RETRIES["max_retries"]
    assert finding.detail.endswith(" does not respond.")


def _count_connections(listener: socket.socket) -> int:
    """Count the connections that nobody has accepted yet."""
    number = 0
    with suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            number += 1
    return number


def test_an_address_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    use_s3(monkeypatch, "http://127.0.0.1:9", AWS_ALLOW_HTTP="false")
    finding = check("s3://gm")
    assert finding.detail.endswith("127.0.0.1:9 is an http:// address.")
    assert "AWS_ALLOW_HTTP=true" in finding.remedy


class _Quiet(ThreadingHTTPServer):
    """A server that does not print failed handshakes."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def test_a_certificate_of_an_unknown_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    server = _Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        use_s3(monkeypatch, f"https://127.0.0.1:{server.server_port}")
        finding = check("s3://gm")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert "is not trusted" in finding.detail
    assert "SSL_CERT_FILE" in finding.remedy


def test_a_rejection_is_not_retried_and_an_overload_a_few_times(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_s3(monkeypatch, cloud.address)
    cloud.reject_all(responses.SIGNATURE)
    check("s3://gm")
    assert cloud.requests == 1
    cloud.reject_all(responses.SLOW_DOWN)
    check("s3://gm")
    assert 1 <= cloud.requests - 2 <= RETRIES["max_retries"]


def test_the_server_gives_the_same_advice_at_its_start(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_s3(monkeypatch, cloud.address)
    cloud.reject_all(responses.NO_SUCH_BUCKET)
    with pytest.raises(StoreFailed) as caught:
        create_local_app("s3://gm", 1, Settings())
    assert caught.value.message == (
        "s3://gm cannot be read or written (NoSuchBucket: The specified bucket does not exist). "
        "Correct the name, or create the bucket: aws s3 mb s3://gm"
    )


@pytest.mark.slow
def test_the_command_prints_the_advice_in_one_line(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_s3(monkeypatch, cloud.address)
    cloud.reject_all(responses.SIGNATURE)
    command = [sys.executable, "-m", "gifmill", "doctor", "--data", "s3://gm"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    [line] = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert (done.returncode, done.stderr) == (1, "")
    assert re.match(
        r"FAIL  store +s3://gm cannot be written: SignatureDoesNotMatch: .* Check AWS_ACCESS", line
    )


@pytest.mark.slow
def test_the_server_does_not_start_with_a_missing_bucket(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_s3(monkeypatch, cloud.address)
    cloud.reject_all(responses.NO_SUCH_BUCKET)
    command = [sys.executable, "-m", "gifmill", "serve", "--port", "0", "--data", "s3://gm"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "NoSuchBucket" in done.stderr
    assert "aws s3 mb s3://gm" in done.stderr


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[Aws, str]]:
    """The emulator's clients, with a bucket, and an address of its S3 without TLS."""
    require_emulator()
    with emulator() as running, Aws(running) as clients, fault_proxy(running) as proxy:
        clients.s3.create_bucket(Bucket="photos")
        yield clients, proxy.address


def use_emulator(
    monkeypatch: pytest.MonkeyPatch, address: str, key: str = ACCOUNT, secret: str = SECRET
) -> None:
    """Let the environment name the emulator."""
    use_s3(monkeypatch, address, AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, AWS_REGION=REGION)
    monkeypatch.delenv("AWS_SESSION_TOKEN")


@pytest.mark.slow
@pytest.mark.emulator
def test_a_bucket_of_the_emulator_passes(aws: tuple[Aws, str], monkeypatch: pytest.MonkeyPatch) -> None:
    use_emulator(monkeypatch, aws[1])
    assert check("s3://photos").ok


@pytest.mark.slow
@pytest.mark.emulator
def test_a_missing_bucket_of_the_emulator(aws: tuple[Aws, str], monkeypatch: pytest.MonkeyPatch) -> None:
    use_emulator(monkeypatch, aws[1])
    finding = check("s3://nosuch")
    assert "NoSuchBucket" in finding.detail
    assert finding.remedy.endswith("aws s3 mb s3://nosuch")


@pytest.mark.slow
@pytest.mark.emulator
@pytest.mark.parametrize(
    ("action", "step"),
    [
        ("s3:PutObject", "written"),
        ("s3:GetObject", "read"),
        ("s3:ListBucket", "listed"),
        ("s3:DeleteObject", "deleted"),
    ],
)
def test_a_permission_that_the_emulator_denies(
    aws: tuple[Aws, str], monkeypatch: pytest.MonkeyPatch, action: str, step: str
) -> None:
    clients, address = aws
    user = f"without-{action.partition(':')[2]}"
    clients.iam.create_user(UserName=user)
    key = clients.iam.create_access_key(UserName=user)["AccessKey"]
    statements = [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": action, "Resource": "*"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    clients.iam.put_user_policy(UserName=user, PolicyName="all-but-one", PolicyDocument=policy)
    use_emulator(monkeypatch, address, key["AccessKeyId"], key["SecretAccessKey"])
    finding = check("s3://photos")
    assert f"cannot be {step}: AccessDenied" in finding.detail
    assert finding.remedy.startswith(f"Allow {action} on this bucket")
