"""The files of operate/, tested with their programs if these are installed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import trustme
from tests.servers import Service, serving
from tests.websocket_tls import without_session_tickets
from websockets.sync.client import connect

from gifmill.orders.capabilities import new_photo_id
from hatch_build import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server
    from websockets.sync.client import ClientConnection

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
OPERATE = ROOT / "operate"
TRUST_PROXY = {"GIFMILL_CLIENT_HEADER": "X-Forwarded-For"}
COMPLETE_ID = re.compile(r"[a-z2-7]{26}")


def requires_program(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def edited(name: str, **replacements: str) -> str:
    """Return a file of operate/ with replacements, each of which must occur."""
    text = (OPERATE / name).read_text()
    for old, new in replacements.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


class Proxied(Service):
    """A server behind a proxy with TLS.

    Attributes:
        folder: folder of the proxy's logs.
        backend: the server behind the proxy.
    """

    def __init__(self, port: int, trusted: ssl.SSLContext, folder: Path, backend: Server) -> None:
        self._trusted = trusted
        self.folder = folder
        self.backend = backend
        super().__init__(
            f"https://localhost:{port}/",
            f"wss://localhost:{port}/v1/live",
            self.client_from("127.0.0.1", port),
        )

    def client_from(self, address: str, port: int = 0) -> httpx.Client:
        """Return a client for requests from another address of this machine."""
        base = f"https://localhost:{port}" if port else self.address
        transport = httpx.HTTPTransport(verify=self._trusted, local_address=address)
        return httpx.Client(base_url=base, timeout=30, transport=transport)

    def live(self, photo_id: str) -> ClientConnection:
        return connect(f"{self.live_address}?photo={photo_id}", open_timeout=60, ssl=self._trusted)


@contextmanager
def proxied(program: str, folder: Path, server: Server) -> Iterator[Proxied]:
    """Run a proxy with its file of operate/ in front of a server."""
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    trusted = without_session_tickets(ssl.create_default_context())
    authority.configure_trust(trusted)
    port = free_port()
    backend = httpx.URL(server.address).netloc.decode()
    command = {"nginx": _nginx, "caddy": _caddy}[program](folder, port, backend)
    command[0] = str(shutil.which(program))
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"}
        )
        try:
            while True:
                assert process.poll() is None, (folder / "output").read_text()
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)
            with (service := Proxied(port, trusted, folder, server)).client:
                yield service
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _nginx_site(folder: Path, port: int, backend: str) -> str:
    """Return the sample with addresses and files of this test. A machine may have no IPv6."""
    replacements = {
        "127.0.0.1:8000": backend,
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "    listen [::]:80;\n": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "    listen [::]:443 ssl http2;\n": "",
        "gif.example.com;": "localhost;",
        "/etc/letsencrypt/live/gif.example.com/fullchain.pem": str(folder / "both.pem"),
        "/etc/letsencrypt/live/gif.example.com/privkey.pem": str(folder / "both.pem"),
        "/var/log/nginx": str(folder),
    }
    return edited("nginx.conf", **replacements)


def _nginx(folder: Path, port: int, backend: str) -> list[str]:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    config = f"""
        daemon off; pid {folder}/pid; error_log {folder}/main.log crit; events {{}}
        http {{
            {"".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)}
            {_nginx_site(folder, port, backend)}
        }}"""
    (folder / "config.conf").write_text(config)
    return ["nginx", "-c", str(folder / "config.conf"), "-e", str(folder / "main.log")]


def _caddy(folder: Path, port: int, backend: str) -> list[str]:
    replacements = {
        "127.0.0.1:8000": backend,
        "gif.example.com {": f"https://localhost:{port} {{\n\ttls {folder}/both.pem {folder}/both.pem",
        "\n{\n": "\n{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n",
    }
    (folder / "Caddyfile").write_text(edited("Caddyfile", **replacements))
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.fixture(params=[pytest.param(name, marks=requires_program(name)) for name in ("nginx", "caddy")])
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxied]:
    limits = {"GIFMILL_CLIENT_ORDERS_BURST": "3", "GIFMILL_CLIENT_ORDERS_PER_MIN": "1"}
    (tmp_path / "proxy").mkdir(mode=0o777)
    (tmp_path / "proxy").chmod(0o777)  # nginx's workers are nobody
    with (
        serving(tmp_path / "data", environ=TRUST_PROXY | limits) as server,
        proxied(request.param, tmp_path / "proxy", server) as proxy,
    ):
        yield proxy


def test_orders_and_notifications_pass_the_proxy(proxy: Proxied, photo: bytes) -> None:
    document = proxy.order(photo, size=64)
    with proxy.live(document["id"]) as live:
        greeting = json.loads(live.recv(10))
        pending = {gif["effect"] for gif in greeting["gifs"] if gif["state"] == "pending"}
        while pending:
            gif = json.loads(live.recv(20))["gif"]
            pending -= {gif["effect"]} if gif["state"] == "ready" else set()
    gifs = [proxy.client.get(gif["url"]) for gif in proxy.status(document["id"])["gifs"]]
    assert [gif.content[:6] for gif in gifs] == [b"GIF89a"] * 3
    answer = gifs[0]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert proxy.client.get("/").text.startswith("<!doctype html>")


def test_form_uploads_pass_the_proxy(proxy: Proxied, photo: bytes) -> None:
    request = {"size": len(photo), "type": "image/jpeg", "effects": "blur"}
    form = proxy.client.post("/v1/uploads", json=request).json()
    assert form["url"].startswith(proxy.address)
    sent = proxy.client.post(form["url"], data=form["fields"], files={"file": photo})
    assert sent.status_code == 204
    assert proxy.finished(form["id"])["gifs"][0]["state"] == "ready"


def test_the_largest_photo_passes_the_proxy_and_larger_ones_give_413(proxy: Proxied) -> None:
    assert proxy.client.post("/v1/photos", content=bytes(24_999_999)).json()["code"] == "not_a_photo"
    try:
        assert proxy.client.post("/v1/photos", content=bytes(60_000_000)).status_code == 413
    except httpx.TransportError:  # rejected while the client was still sending
        assert proxy.client.get("/v1/effects").status_code == 200


def test_rate_limits_are_per_client_and_cannot_be_spoofed(proxy: Proxied) -> None:
    def order(client: httpx.Client, **headers: str) -> int:
        return client.post("/v1/photos", content=b"no photo", headers=headers).status_code

    assert [order(proxy.client) for _ in range(4)] == [415, 415, 415, 429]
    assert order(proxy.client, **{"X-Forwarded-For": "203.0.113.7"}) == 429
    with proxy.client_from("127.0.0.2") as another:
        assert order(another) == 415


def test_metrics_and_health_give_404_through_the_proxy(proxy: Proxied) -> None:
    for path in ("/metrics", "/healthz"):
        assert proxy.client.get(path).status_code == 404
        assert proxy.backend.client.get(path).status_code == 200


def test_the_proxy_logs_no_id(proxy: Proxied, photo: bytes) -> None:
    photo_id = proxy.order(photo, effects="blur", size=64)["id"]
    proxy.finished(photo_id)
    with proxy.live(photo_id) as live:
        live.recv(10)
    proxy.client.get(f"/v1/photos/{new_photo_id()}")
    proxy.backend.kill()
    assert proxy.client.get(f"/v1/photos/{photo_id}").status_code == 502
    time.sleep(0.5)  # the log is written after the response
    logs = {path.name: path.read_text() for path in proxy.folder.glob("*") if path.suffix == ".log"}
    logs["output"] = (proxy.folder / "output").read_text()
    assert [name for name, text in logs.items() if COMPLETE_ID.search(text)] == []
    assert any("502" in text for text in logs.values())


@requires_program("nginx")
def test_nginx_accepts_the_sample_among_the_files_that_debian_installs(tmp_path: Path) -> None:
    main = Path("/etc/nginx/nginx.conf")
    if not main.exists():
        pytest.skip("nginx is not Debian's")
    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d/gifmill.conf").write_text(_nginx_site(tmp_path, free_port(), "127.0.0.1:8000"))
    included = main.read_text().replace("/etc/nginx/conf.d/", f"{tmp_path}/conf.d/")
    assert f"{tmp_path}/conf.d/*.conf" in included
    for old, new in (
        ("/etc/nginx/sites-enabled/*", f"{tmp_path}/none/*"),
        ("/run/nginx.pid", f"{tmp_path}/pid"),
    ):
        included = included.replace(old, new)
    (tmp_path / "nginx.conf").write_text(included)
    command = ["nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "errors.log")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_the_guide_says_which_part_of_a_configuration_a_sample_is() -> None:
    guide = (ROOT / "docs/guides/operate-a-server.md").read_text()
    assert "Copy `operate/nginx.conf` to `/etc/nginx/conf.d/`: it is gifmill's part" in guide
    assert "`operate/Caddyfile` is a complete `/etc/caddy/Caddyfile`" in guide
    assert not re.search(r"^\s*(?:http|events)\s*\{", (OPERATE / "nginx.conf").read_text(), re.MULTILINE)


@requires_program("systemd-analyze")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "gifmill.service"
    gifmill = Path(sys.executable).with_name("gifmill")
    unit.write_text(edited("gifmill.service", **{"/opt/gifmill/bin/gifmill": str(gifmill)}))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


@requires_program("systemd-analyze")
def test_the_unit_has_a_low_exposure_level() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15"]  # of 100: the unit has 10
    done = subprocess.run(
        [*command, str(OPERATE / "gifmill.service")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout


CONTAINERFILE = (OPERATE / "Containerfile").read_text()


def test_the_container_uses_the_projects_python_and_uv_versions() -> None:
    python = (ROOT / ".python-version").read_text().strip()
    assert re.findall(r"library/python:([\d.]+)-", CONTAINERFILE) == [python, python]
    [uv] = re.findall(r"astral-sh/uv:([\d.]+) ", CONTAINERFILE)
    assert f"version={uv}\n" in (ROOT / "tools/uv.sh").read_text()


def test_the_container_copies_all_files_of_the_build() -> None:
    copied = {
        name
        for names in re.findall(r"^COPY ([^-].*) \S+$", CONTAINERFILE, re.MULTILINE)
        for name in names.split()
    }
    assert copied == {"hatch_build.py", "pyproject.toml", "uv.lock", "README.md", "LICENSE", "src"}
    ignore = (ROOT / ".containerignore").read_text().splitlines()
    assert {line[1:] for line in ignore if line.startswith("!")} == copied
    [pattern] = (line for line in ignore if line.endswith("gifmill.*"))  # the host's own libraries
    assert all(fnmatch(f"src/{package}/libgifmill.so", pattern) for package in PACKAGES)


def test_the_container_does_not_run_as_root() -> None:
    last = CONTAINERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["10001:10001"]


def test_the_container_commands_work_without_a_shell(server: Server) -> None:
    commands = {
        name: json.loads(text)
        for name, text in re.findall(r"^\s*(ENTRYPOINT|CMD) (\[.*\])$", CONTAINERFILE, re.MULTILINE)
    }
    checks = re.findall(r"HEALTHCHECK[^\n]*\\\n\s+CMD (\[.*\])$", CONTAINERFILE, re.MULTILINE)
    assert commands["ENTRYPOINT"] == ["/opt/gifmill/bin/gifmill"]
    assert commands["CMD"][:2] == ["serve", "--host"]
    [check] = [json.loads(text) for text in checks]
    script = check[-1].replace("http://127.0.0.1:8000/", server.address)
    assert script != check[-1]
    assert subprocess.run([sys.executable, "-c", script], timeout=30, check=False).returncode == 0
    gone = check[-1].replace(":8000/", f":{free_port()}/")
    done = subprocess.run([sys.executable, "-c", gone], timeout=30, check=False, capture_output=True)
    assert done.returncode == 1
