"""TLS that is not to be trusted: each kind by its name, and never asked without verification."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gateway import Gateway
from origin import Answer, Origin

from watcher.http import HttpFetch
from watcher.types import Access, Page, Reason, Request, Trouble

TLS = Path(__file__).parents[1] / "support" / "tls"
AUTHORITY = str(TLS / "authority.pem")


@contextmanager
def server(certificate: str, newest: ssl.TLSVersion | None = None) -> Iterator[Origin]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate)
    if newest is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
    origin = Origin(context=context)
    origin.on("/", Answer(body=b"secret"))
    yield origin
    origin.close()


def door(seconds: float = 120) -> HttpFetch:
    return HttpFetch(
        lambda: datetime(2026, 3, 4, tzinfo=UTC),
        allow=["127.0.0.1/32"],
        deadline=timedelta(seconds=seconds),
        resolve=lambda *_: ["127.0.0.1"],
    )


def asked(origin: Origin, trusting: bool = True, **more: object) -> Page | Trouble:
    url = f"https://beispielblatt.example:{origin.port}/"
    access = Access(url[:-1], ca_file=AUTHORITY if trusting else None, **more)  # type: ignore[arg-type]  # its fields
    fetch = door()
    try:
        return fetch(Request(url, access=access))
    finally:
        fetch.close()


@pytest.mark.parametrize(
    ("certificate", "trusting", "said"),
    [
        ("expired.pem", True, "its certificate has expired"),
        ("not_yet.pem", True, "its certificate is not valid yet"),
        ("other_name.pem", True, "its certificate is for another name"),
        ("certificate.pem", True, "its certificate is self-signed"),
        ("good.pem", False, "its certificate comes from an authority that is not known here"),
    ],
)
def test_a_certificate_that_is_not_to_be_trusted_is_named(certificate: str, trusting: bool, said: str) -> None:
    with server(certificate) as origin:
        answer = asked(origin, trusting)
        assert isinstance(answer, Trouble)
        assert answer.reason is Reason.TLS
        assert said in answer.text
        assert origin.log == []  # nothing was asked
        assert origin.connections == 1  # and nothing was tried again with less care


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_a_server_of_old_protocols_is_named(newest: ssl.TLSVersion) -> None:
    with server("good.pem", newest) as origin:
        answer = asked(origin)
        assert isinstance(answer, Trouble)
        assert (answer.reason, "only versions of TLS before 1.2" in answer.text) == (Reason.TLS, True), answer
        assert origin.connections == 1


def test_a_port_that_does_not_speak_tls_is_named() -> None:
    plain = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        client, _ = plain.accept()
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        client.recv(4096)
        client.close()

    threading.Thread(target=greet, daemon=True).start()
    answer = door()(Request(f"https://beispielblatt.example:{plain.getsockname()[1]}/"))
    plain.close()
    assert isinstance(answer, Trouble)
    assert "does not speak TLS" in answer.text


def test_an_authority_of_the_sources_own_is_trusted_for_its_origin_alone() -> None:
    with server("good.pem") as good, server("good.pem") as other:
        answer = asked(good)
        assert isinstance(answer, Page)
        assert answer.body == b"secret"
        assert good.log[0].header("host") == f"beispielblatt.example:{good.port}"
        good.on("/", Answer(status=302, headers={"Location": f"https://beispielblatt.example:{other.port}/"}))
        led_away = asked(good)
        assert isinstance(led_away, Trouble)
        assert led_away.reason is Reason.TLS
        assert other.log == []


def test_an_authority_file_that_cannot_be_read_is_trouble_and_no_trust() -> None:
    with server("good.pem") as origin:
        url = f"https://beispielblatt.example:{origin.port}"
        for file in ("/nowhere/authority.pem", str(TLS / "make.sh")):
            answer = door()(Request(f"{url}/", access=Access(url, ca_file=file)))
            assert isinstance(answer, Trouble)
            assert (answer.reason, "own authorities" in answer.text) == (Reason.TLS, True), answer
        assert origin.log == []


def test_tls_through_a_proxy_is_verified_by_the_name() -> None:
    gateway = Gateway()
    proxy = f"http://127.0.0.1:{gateway.port}"
    with server("good.pem") as good, server("other_name.pem") as wrong:
        for _ in range(2):
            answer = asked(good, proxy=proxy)
            assert isinstance(answer, Page)
        assert gateway.asked == [f"CONNECT 127.0.0.1:{good.port} HTTP/1.1"] * 2
        refused = asked(wrong, proxy=proxy)
        assert isinstance(refused, Trouble)
        assert "for another name" in refused.text
    gateway.close()


def test_no_session_key_is_written_to_a_file_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with server("good.pem") as origin:
        assert isinstance(asked(origin), Page)
    assert not (tmp_path / "keys").exists()


def test_a_handshake_that_drips_ends_at_the_deadline() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        client, _ = listener.accept()
        try:
            for byte in b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" + bytes(16_000):
                client.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            client.close()

    threading.Thread(target=drip, daemon=True).start()
    start = time.monotonic()
    answer = door(0.5)(Request(f"https://beispielblatt.example:{listener.getsockname()[1]}/"))
    listener.close()
    assert isinstance(answer, Trouble)
    assert answer.reason is Reason.TIMEOUT
    assert time.monotonic() - start < 60, "it would have dripped for many minutes"
