"""The listening socket, and errors of `--host` and `--port` with advice."""

from __future__ import annotations

import re
import socket

import pytest

from gifmill.errors import InvalidSetting
from gifmill.server.listening_socket import listen, url_host

HAS_IPV6 = socket.has_ipv6


def test_tcp_nodelay_is_set() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine. Use 127.0.0.1"),
        ("nosuch.invalid", "Cannot listen at --host nosuch.invalid: "),
        ("999.1.1.1", "Cannot listen at --host 999.1.1.1: "),
        ("a..b", "Cannot listen at --host a..b: No such host is known here. Check the name."),
        ("é" * 100, "No such host is known here."),
        (" localhost", "Cannot listen at --host  localhost: "),
        ("localhost:8000", "Give the port separately: --host localhost --port 8000."),
        (
            "http://localhost",
            "--host http://localhost is a URL. Give the host alone, and the port with --port.",
        ),
        ("", "--host is empty. Use 127.0.0.1 for this machine only, or 0.0.0.0 for all of its addresses."),
        (" ", "--host is empty."),
        ("[]", "--host is empty."),
        ("[localhost", "Cannot listen at --host [localhost: "),
        ("::1%nosuch", "Cannot listen at --host ::1%nosuch: "),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_an_unusable_host_is_rejected_by_its_name_with_advice(host: str, expected: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        listen(host, 0)

    assert expected in caught.value.message
    assert re.search(r"(Use 127\.0\.0\.1 for this machine only|--port)", caught.value.message)


def test_a_port_in_use_is_rejected_by_its_number_with_advice() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(InvalidSetting) as caught:
            listen("127.0.0.1", port)

    assert caught.value.message.startswith(f"Cannot listen at 127.0.0.1:{port}: The port is in use. ")
    assert "--port" in caught.value.message


def test_a_port_that_needs_rights_is_rejected_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> socket.socket:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(InvalidSetting, match=r"does not allow port 80\. Choose a --port from 1024\."):
        listen("127.0.0.1", 80)


@pytest.mark.skipif(not HAS_IPV6, reason="no IPv6")
@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_ipv6_address_can_have_brackets(host: str) -> None:
    try:
        listener = listen(host, 0)
    except InvalidSetting as error:
        pytest.skip(error.message)  # a machine whose loopback has no IPv6
    with listener:
        assert listener.family == socket.AF_INET6
        assert listener.getsockname()[0] == "::1"


def test_a_name_is_resolved_to_ipv4_first() -> None:
    with listen("localhost", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "shown"), [("::1", "[::1]"), ("[::1]", "[::1]"), ("localhost", "localhost")]
)
def test_a_url_has_brackets_around_ipv6_addresses(host: str, shown: str) -> None:
    assert url_host(host) == shown
