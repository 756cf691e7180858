"""Mail over real SMTP: a sink that accepts, and one that fails in every way at every stage."""

from __future__ import annotations

import io
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from command import PATIENCE
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher import types
from watcher.delivery import CHANNELS, Outside
from watcher.delivery.compose import ascii_address, clean_line, compose_mail, message_id
from watcher.delivery.email import EmailChannel, EmailSettings
from watcher.errors import DeliveryError
from watcher.http import send

CERTIFICATE = Path(__file__).parent / "localhost.pem"
MOMENT = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def _row(payload: bytes = b"Subject: x\r\n\r\nhello\r\n", recipient: str = "reader@example.org") -> types.OutboxRow:
    return types.OutboxRow(1, 1, "email", recipient, "<m@x>", payload, "sending", 1, MOMENT, MOMENT)


def _mail(message: types.Message, **changes: Any) -> bytes:
    choices: dict[str, Any] = {
        "sender": "Watcher <watcher@example.org>",
        "recipient": "reader@example.org",
        "message_id": message_id("1", "reader@example.org", "example.org"),
        "date": MOMENT,
        "list_id": "watcher.example.org",
        "language": "pt",
    }
    return compose_mail(message, **{**choices, **changes})


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


class _Sink:
    """What the other side received."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.port = 0

    async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"

    def received(self) -> bytes:
        content = self.envelopes[-1].content
        assert isinstance(content, bytes)
        return content


class _AnyPort(Controller):
    """The stock controller calls itself on the port it was given, even when that is 0."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _login(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"watcher", b"hunter2")
    return AuthResult(success=good, handled=False)


@contextmanager
def _sink(**options: Any) -> Iterator[_Sink]:
    sink = _Sink()
    controller = _AnyPort(sink, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        sink.port = controller.port
        yield sink
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def sink() -> Iterator[_Sink]:
    with _sink(enable_SMTPUTF8=True) as running:
        yield running


def _plain(port: int, **changes: Any) -> EmailChannel:
    choices: dict[str, Any] = {"sender": "Watcher <watcher@example.org>", "host": "127.0.0.1", "port": port}
    return EmailChannel(
        EmailSettings(**{**choices, "security": "none", "timeout": PATIENCE, "deadline": PATIENCE, **changes})
    )


# --- what arrives ---


def test_a_mail_arrives_byte_for_byte_with_one_envelope(sink: _Sink) -> None:
    payload = _mail(types.Message("Três notícias", "<p>Olá</p>", "Olá\n.\n..x\n.y\n"))
    receipt = _plain(sink.port).deliver(_row(payload))
    assert (receipt.state, "250 2.0.0 kept" in receipt.reply) == ("delivered", True)
    assert sink.received() == payload
    assert sink.envelopes[-1].mail_from == "watcher@example.org"
    assert sink.envelopes[-1].rcpt_tos == ["reader@example.org"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_and_logged_in(security: str) -> None:
    options: dict[str, Any] = {"ssl_context": _server_context()} if security == "tls" else {
        "tls_context": _server_context(), "require_starttls": True
    }  # fmt: skip
    strict = security == "starttls"  # the sink does not know that a line is encrypted from its first byte
    with _sink(authenticator=_login, auth_required=strict, auth_require_tls=strict, **options) as sink:
        settings = EmailSettings(
            "watcher@example.org", "localhost", sink.port, security, "watcher", "hunter2", timeout=PATIENCE  # type: ignore[arg-type]  # a parameter is a plain str
        )  # fmt: skip
        assert EmailChannel(settings, _trusting()).deliver(_row()).state == "delivered"
        wrong = EmailSettings("watcher@example.org", "localhost", sink.port, settings.security, "watcher", "guess")
        receipt = EmailChannel(wrong, _trusting()).deliver(_row())
        assert (receipt.state, "535" in receipt.reply, "guess" in receipt.reply) == ("deferred", True, False)
        assert len(sink.envelopes) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_stops_the_mail(security: Any) -> None:
    options = {"ssl_context": _server_context()} if security == "tls" else {"tls_context": _server_context()}
    with _sink(**options) as sink:
        settings = EmailSettings("watcher@example.org", "localhost", sink.port, security, timeout=PATIENCE)
        receipt = EmailChannel(settings).deliver(_row())
        assert receipt.state == "deferred"
        assert "certificate" in receipt.reply
        assert sink.envelopes == []


def test_a_certificate_for_another_name_stops_the_mail() -> None:
    with _sink(ssl_context=_server_context()) as sink:
        settings = EmailSettings("watcher@example.org", "127.0.0.2", sink.port, "tls", timeout=PATIENCE)
        # The sink listens on 127.0.0.1 only, so the name is checked where a relay hands on what 127.0.0.2 gets.
        with _relay(sink.port) as port:
            receipt = EmailChannel(
                EmailSettings(settings.sender, "127.0.0.2", port, "tls", timeout=PATIENCE), _trusting()
            )
            assert "certificate" in receipt.deliver(_row()).reply
        assert sink.envelopes == []


@contextmanager
def _relay(target: int) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.2", 0))

    def copy(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(4096):
                sink.sendall(data)
        except OSError:
            return

    def serve() -> None:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        with near, socket.create_connection(("127.0.0.1", target)) as far:
            back = threading.Thread(target=copy, args=(far, near), daemon=True)
            back.start()
            copy(near, far)
            far.shutdown(socket.SHUT_WR)
            back.join(PATIENCE)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(PATIENCE)


def test_a_server_that_hides_starttls_gets_no_mail_in_plain_text(sink: _Sink) -> None:
    count = len(sink.envelopes)
    receipt = _plain(sink.port, security="starttls").deliver(_row())
    assert (receipt.state, "STARTTLS" in receipt.reply) == ("deferred", True)
    assert len(sink.envelopes) == count


def test_plain_text_goes_to_no_other_machine_unless_allowed(monkeypatch: pytest.MonkeyPatch, sink: _Sink) -> None:
    class Elsewhere(socket.socket):
        def getpeername(self) -> Any:
            return ("192.0.2.1", 25)

    def connect(address: Any, timeout: float) -> socket.socket:
        line = Elsewhere(socket.AF_INET, socket.SOCK_STREAM)
        line.settimeout(timeout)
        line.connect(address)
        return line

    monkeypatch.setattr("watcher.delivery.email.socket.create_connection", connect)
    receipt = _plain(sink.port).deliver(_row())
    assert (receipt.state, "plain text" in receipt.reply) == ("deferred", True)
    assert _plain(sink.port, allow_plain=True).deliver(_row()).state == "delivered"


def test_addresses_in_other_letters_arrive(sink: _Sink) -> None:
    assert _plain(sink.port).deliver(_row(recipient="leser@müller.example")).state == "delivered"
    assert sink.envelopes[-1].rcpt_tos == ["leser@xn--mller-kva.example"]
    assert _plain(sink.port).deliver(_row(recipient="jürgen@müller.example")).state == "delivered"
    assert sink.envelopes[-1].rcpt_tos == ["jürgen@xn--mller-kva.example"]
    with _sink(enable_SMTPUTF8=False) as old:
        receipt = _plain(old.port).deliver(_row(recipient="jürgen@müller.example"))
        assert (receipt.state, "SMTPUTF8" in receipt.reply) == ("refused", True)


def test_a_user_without_a_password_is_told_so_before_anything_is_sent() -> None:
    with pytest.raises(DeliveryError, match="WATCHER_DIGEST__EMAIL__PASSWORD"):
        EmailChannel(EmailSettings("a@example.org", "localhost", user="watcher"))


def test_the_password_is_no_part_of_what_settings_show() -> None:
    assert "hunter2" not in repr(EmailSettings("a@example.org", "localhost", user="w", password="hunter2"))


def test_every_channel_is_in_the_table_under_its_name() -> None:
    assert set(CHANNELS) == {"email", "file", "webhook", "push"}
    keys = {
        "email": {"from": "a@example.org", "host": "localhost"},
        "file": {"folder": "mail"},
        "webhook": {"url": "https://hook.example/x", "secret": "s"},
        "push": {"addresses": "json://localhost/"},
    }
    outside = Outside(lambda: MOMENT, send)
    assert all(table.model_validate(keys[name]).channel(outside).name == name for name, table in CHANNELS.items())


# --- what can go wrong ---

STAGES = ("banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot")
FAULTS = ("4xx", "5xx", "421", "hang", "reset", "close", "garbage", "flood")
# A 5xx that speaks of the message or its reader; anything else can be mended, or mends itself.
FINAL = {("5xx", stage) for stage in ("mail", "rcpt", "data", "dot")}
REPLIES = {
    "4xx": b"451 4.3.0 later\r\n",
    "5xx": b"550 5.1.1 never\r\n",
    "421": b"421 4.3.2 going down\r\n",
    "garbage": b"\x00\xff<html>\r\n",
    "flood": b"250-" + b"x" * 20_000 + b"\r\n",
}
OFFERS = b"250-here\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 SIZE\r\n"
FINE = {"banner": b"220 here\r\n", "ehlo": OFFERS, "auth": b"235 ok\r\n"}


class _FaultyServer:
    """A mail server that does well until one stage, and there fails in one way."""

    def __init__(self, stage: str, fault: str) -> None:
        self._stage, self._fault = stage, fault
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> _FaultyServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.close()
        self._thread.join(PATIENCE)

    def _serve(self) -> None:
        try:
            line, _ = self._listener.accept()
            with line:
                line.settimeout(PATIENCE)
                self._talk(line)
        except OSError:
            return

    def _talk(self, line: socket.socket) -> None:
        with line.makefile("rb") as stream:  # the line closes when both are closed
            self._follow(line, stream)

    def _follow(self, line: socket.socket, stream: io.BufferedReader) -> None:
        stage = "banner"
        while self._answer(line, stage):
            words = stream.readline()
            if not words:
                return
            stage = {b"EHLO": "ehlo", b"HELO": "ehlo", b"STAR": "starttls", b"QUIT": "quit", b"RSET": "rset"}.get(
                words[:4].upper(), words[:4].decode("latin-1").lower()
            )
            if stage == "data" and self._stage != "data":
                line.sendall(b"354 go\r\n")
                while stream.readline() not in (b".\r\n", b""):
                    pass
                stage = "dot"

    def _answer(self, line: socket.socket, stage: str) -> bool:
        """False when the conversation is over."""
        if stage != self._stage:
            line.sendall(FINE.get(stage, b"250 ok\r\n"))
            return stage != "quit"
        if self._fault in REPLIES:
            line.sendall(REPLIES[self._fault])
            return True
        if self._fault == "hang":
            self._over.wait(PATIENCE)
        elif self._fault == "reset":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_at_every_stage_has_its_receipt(stage: str, fault: str) -> None:
    with _FaultyServer(stage, fault) as server:
        security = "starttls" if stage == "starttls" else "none"
        # What hangs does so for minutes: only who gives up after its own time ends before.
        timeout = 0.25 if fault == "hang" else PATIENCE
        channel = _plain(server.port, security=security, user="watcher", password="hunter2", timeout=timeout)
        began = time.monotonic()
        receipt = channel.deliver(_row())
        took = time.monotonic() - began
    assert receipt.state == ("refused" if (fault, stage) in FINAL else "deferred"), receipt
    assert receipt.reply.startswith(f"127.0.0.1:{server.port}")
    assert "hunter2" not in receipt.reply
    assert took < PATIENCE / 2
    # Only what fails before an envelope is begun would fail for every reader.
    is_shared = stage in ("banner", "ehlo", "starttls", "auth")
    assert receipt.line == (f"127.0.0.1:{server.port}" if is_shared else "")


@pytest.mark.parametrize("code", ["530 5.7.0 log in first", "535 5.7.8 bad password"])
def test_a_server_that_wants_a_login_keeps_the_edition_waiting(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REPLIES, "5xx", code.encode() + b"\r\n")
    with _FaultyServer("mail", "5xx") as server:
        assert _plain(server.port).deliver(_row()).state == "deferred"


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_server_does_after_it_took_the_mail_changes_nothing(fault: str) -> None:
    with _FaultyServer("quit", fault) as server:
        timeout = 0.25 if fault == "hang" else PATIENCE
        assert _plain(server.port, timeout=timeout).deliver(_row()).state == "delivered"


def test_nobody_listening_is_deferred() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert _plain(port).deliver(_row()).state == "deferred"
    assert _plain(25, host="no-such-host.invalid").deliver(_row()).state == "deferred"


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_server_that_drips_is_left_at_the_deadline(security: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        line, _ = listener.accept()
        with line:
            # A TLS record of 16 kB that never ends, or a greeting that never ends.
            letters = b"\x16\x03\x03\x40\x00" if security == "tls" else b""
            while not over.wait(0.05):
                try:
                    line.sendall(letters[:1] or b"2")
                except OSError:
                    return
                letters = letters[1:]

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    began = time.monotonic()
    receipt = _plain(listener.getsockname()[1], security=security, timeout=PATIENCE, deadline=0.5).deliver(_row())
    took = time.monotonic() - began
    over.set()
    listener.close()
    thread.join(PATIENCE)
    assert receipt.state == "deferred"
    assert 0.4 < took < PATIENCE / 2


# --- what is composed ---


def test_a_mail_has_the_headers_mail_systems_need() -> None:
    raw = _mail(types.Message("Ascend: 3 stories", "<p>Hello</p>", "Hello\n"))
    parsed = BytesParser(policy=SMTP).parsebytes(raw)
    assert dict(parsed.items()) == {
        "Date": "Sun, 22 Nov 2026 07:00:00 +0000",
        "From": "Watcher <watcher@example.org>",
        "To": "reader@example.org",
        "Subject": "Ascend: 3 stories",
        "Message-ID": message_id("1", "reader@example.org", "example.org"),
        "List-Id": "<watcher.example.org>",
        "List-Unsubscribe": "<mailto:watcher@example.org?subject=unsubscribe>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "pt",
        "MIME-Version": "1.0",
        "Content-Type": parsed["Content-Type"],
    }
    assert isinstance(parsed, EmailMessage)
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


def test_a_long_unsubscribe_address_stays_whole() -> None:
    address = "https://news.example.org/w/unsubscribe?token=" + "a1" * 200
    raw = _mail(types.Message("x", "", ""), unsubscribe=address)
    assert f"List-Unsubscribe: <{address}>, <mailto:watcher@example.org?subject=unsubscribe>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


@pytest.mark.parametrize(
    ("address", "is_one_click"),
    [
        ("https://news.example.org/w/u/x", True),
        ("http://127.0.0.1:8712/u/x", True),
        ("http://localhost:8712/u/x", True),
        ("http://news.example.org/u/x", False),
        ("ftp://news.example.org/u/x", False),
        (None, False),
    ],
)
def test_one_click_is_offered_only_where_nobody_on_the_way_can_read_it(address: str | None, is_one_click: bool) -> None:
    parsed = BytesParser(policy=SMTP).parsebytes(_mail(types.Message("x", "", ""), unsubscribe=address))
    assert ("List-Unsubscribe-Post" in parsed) == is_one_click
    assert ("http" in parsed["List-Unsubscribe"]) == is_one_click
    assert "mailto:watcher@example.org" in parsed["List-Unsubscribe"]


def test_the_same_edition_for_the_same_reader_has_the_same_bytes_and_id() -> None:
    message = types.Message("x", "<p>y</p>", "y")
    assert _mail(message) == _mail(message)
    ids = {message_id(edition, reader, "example.org") for edition in ("1", "2") for reader in ("a@b", "c@d")}
    assert len(ids) == 4


@pytest.mark.parametrize("body", ["ç" * 5000, "昇腾" * 5000, "word " * 4000, "a" * 5000, "=" * 3000])
def test_lines_are_short_and_the_shorter_encoding_is_taken(body: str) -> None:
    raw = _mail(types.Message("x", body, body))
    lines = raw.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 998
    # Base64 of both bodies and 1,000 bytes of headers: never worse than that.
    assert len(raw) < 2 * len(body.encode()) * 1.4 + 1000


_ANY = st.characters(codec=None, exclude_categories=())
_WILD = st.text(st.one_of(_ANY, st.sampled_from('\r\n\x00\x0b\x85\u2028\ud800<>@,;:"\\=?')), max_size=60)


@settings(max_examples=30)
@given(subject=_WILD, name=_WILD, text=_WILD, html=_WILD)
def test_whatever_a_headline_holds_exactly_the_expected_headers_arrive(
    sink: _Sink, subject: str, name: str, text: str, html: str
) -> None:
    assert_the_expected_headers_arrive(sink, subject, name, text, html)


@pytest.mark.long
@settings(max_examples=100)
@given(subject=_WILD, name=_WILD, text=_WILD, html=_WILD)
def test_whatever_a_headline_holds_exactly_the_expected_headers_arrive_100_times(
    sink: _Sink, subject: str, name: str, text: str, html: str
) -> None:
    assert_the_expected_headers_arrive(sink, subject, name, text, html)


def assert_the_expected_headers_arrive(sink: _Sink, subject: str, name: str, text: str, html: str) -> None:
    address = f'"{clean_line(name)}"'.replace("\\", "") if '"' not in name else ""
    payload = _mail(types.Message(subject, html, text), sender=f"{address} <watcher@example.org>")
    assert _plain(sink.port).deliver(_row(payload)).state == "delivered"
    assert sink.received() == payload
    parsed = BytesParser(policy=SMTP).parsebytes(sink.received())
    assert isinstance(parsed, EmailMessage)
    expected = ["Date", "From", "To", "Subject", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted"]
    assert [key for key in parsed if key != "Subject"] == [
        key for key in [*expected, "Content-Language", "MIME-Version", "Content-Type"] if key != "Subject"
    ]
    assert (parsed["Subject"] or "") == clean_line(subject)
    assert parsed["From"].addresses[0].addr_spec == "watcher@example.org"
    assert len(parsed["From"].addresses) == 1
    bodies = [part.get_content() for part in parsed.iter_parts()]
    assert [_seen(body) for body in bodies] == [_seen(text), _seen(html)]
    assert sink.received().replace(b"\r\n", b"").count(b"\r") == sink.received().replace(b"\r\n", b"").count(b"\n") == 0


def _seen(body: str) -> str:
    """What a reader sees of a body: every visible character."""
    return "".join(character for character in body if character.isprintable() and not character.isspace())


def test_a_subject_of_thousands_of_characters_is_cut_with_a_mark() -> None:
    parsed: Message = BytesParser(policy=SMTP).parsebytes(_mail(types.Message("昇" * 3000, "", "")))
    assert parsed["Subject"] == "昇" * 199 + "…"


@given(st.text(_ANY))
def test_a_cleaned_line_stays_as_it_is_and_has_one_line(text: str) -> None:
    cleaned = clean_line(text)
    assert clean_line(cleaned) == cleaned
    assert len(cleaned.splitlines()) <= 1
    cleaned.encode()


def test_an_address_is_never_changed_before_its_domain() -> None:
    assert ascii_address("Jo.Smith+news@example.org") == "Jo.Smith+news@example.org"
    assert ascii_address("postmaster") == "postmaster"
