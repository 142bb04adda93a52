"""Checks of `make lint` for vulnerable releases and committed secrets."""

from __future__ import annotations

import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tools import audit, leaks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VULNERABILITY = {
    "id": "PYSEC-2099-1",
    "summary": "invented for this test",
    "modified": "2099-01-01T00:00:00Z",
    "published": "2099-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "pillow", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
        }
    ],
}


@contextmanager
def vulnerability_service(*vulnerable: str) -> Iterator[list[str]]:
    """Run a service like OSV that reports a vulnerability of these packages.

    Source: osv.dev, POST /v1/query.
    """
    queried: list[str] = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body: Any = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = body["package"]["name"]
            queried.append(name)
            answer = json.dumps({"vulns": [VULNERABILITY]} if name in vulnerable else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            queried.append(f"http://127.0.0.1:{server.server_port}/v1/query")
            yield queried
        finally:
            server.shutdown()
            thread.join()


def test_a_release_with_a_known_vulnerability_fails() -> None:
    with vulnerability_service("pillow") as queried:
        code, lines = audit.audit_releases(("-s", "osv", "--osv-url", queried[0]))
    assert code == 1
    assert lines[0].startswith("pillow ")
    assert lines[0].endswith(": PYSEC-2099-1, fixed in 99.0")
    assert lines[-1] == f"audit: {len(queried) - 1} releases, 1 known vulnerabilities"


def test_all_shipped_releases_are_audited() -> None:
    with vulnerability_service() as queried:
        code, [line] = audit.audit_releases(("-s", "osv", "--osv-url", queried[0]))
    assert (code, line) == (0, f"audit: {len(queried) - 1} releases, 0 known vulnerabilities")
    assert {"pillow", "pi-heif", "starlette", "uvicorn", "h11", "python-multipart", "mangum"} <= set(queried)
    assert {"pytest", "matplotlib", "boto3"}.isdisjoint(queried)


def test_an_unreachable_service_is_reported_without_failing() -> None:
    code, [line] = audit.audit_releases(("-s", "osv", "--osv-url", "http://127.0.0.1:9/v1/query"))
    assert code == 0
    assert line.startswith("audit: NOT DONE, the vulnerability service cannot be reached: ")


KEY = "AKIA" + "QX7LM2PZN4RTV6WB"
PASSWORD = "pass" + 'word = "h7Qz!pL2vX"'  # pragma: allowlist secret


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with one committed, one new and one ignored file."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text(".cache/\nignored.py\n")
    (tmp_path / "committed.py").write_text("answer = 42\n")
    (tmp_path / "new.py").write_text("question = None\n")
    (tmp_path / "ignored.py").write_text(f"key = '{KEY}'\n")
    subprocess.run(["git", "-C", str(tmp_path), "add", "committed.py"], check=True)
    return tmp_path


def test_a_clean_repository_has_no_findings(repository: Path) -> None:
    assert leaks.find_secrets(repository) == []


@pytest.mark.parametrize("name", ["committed.py", "new.py"])
@pytest.mark.parametrize("secret", [f"aws = '{KEY}'", PASSWORD, "-----BEGIN " + "RSA PRIVATE KEY-----"])
def test_a_secret_is_found_in_every_run(repository: Path, name: str, secret: str) -> None:
    leaks.find_secrets(repository)
    (repository / name).write_text(f"one = 1\n{secret}\n")
    for _ in range(2):
        assert {line.partition(": ")[0] for line in leaks.find_secrets(repository)} == {f"{name}:2"}


def test_a_false_finding_can_be_allowed(repository: Path) -> None:
    (repository / "committed.py").write_text(f"aws = '{KEY}'  # pragma: allowlist secret\n")
    assert leaks.find_secrets(repository) == []


def test_lint_runs_both_checks() -> None:
    makefile = (leaks.ROOT / "Makefile").read_text()
    recipe = makefile.partition("\nlint:")[2].partition("\n\n")[0]
    assert "-m tools.leaks" in recipe
    assert "-m tools.audit" in recipe
    assert "\ntest: lint" in makefile
    assert "make test" in (leaks.ROOT / ".ci/run").read_text()
