"""A mail server that keeps what it is given: a real SMTP conversation on loopback (RFC 5321), and no delivery."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from watcher.demo.loopback import Listener, Switchboard

MAX_SIZE = 10 * 1024 * 1024  # as announced by SIZE
_MAX_LINE = 2048  # a command line; RFC 5321 asks for 512, SMTPUTF8 and parameters need more
_MAX_DATA_LINE = 64 * 1024
_PATH = re.compile(r"(FROM|TO):\s*<([^<>]*)>\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it arrived: the envelope, and the bytes with dots unstuffed and line ends untouched."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    helo: str
    parameters: tuple[str, ...] = ()  # of MAIL FROM, upper-cased: SIZE=…, BODY=8BITMIME, SMTPUTF8


@dataclass(slots=True)
class _Envelope:
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    parameters: tuple[str, ...] = ()


class Sink:
    """An SMTP server on a loopback port, as a context manager; `messages` holds what arrived, oldest first."""

    def __init__(self) -> None:
        self._messages: list[Mail] = []
        self._guard = threading.Lock()
        self._listener = _SinkListener(self)
        self._switchboard = Switchboard((self._listener,))

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def messages(self) -> tuple[Mail, ...]:
        with self._guard:
            return tuple(self._messages)

    def keep(self, mail: Mail) -> int:
        """Adds a message and returns how many there are."""
        with self._guard:
            self._messages.append(mail)
            return len(self._messages)

    def __enter__(self) -> Self:
        self._switchboard.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._switchboard.stop()


class _SinkListener(Listener):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        super().__init__(_Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    """One client's conversation: each command is a method that says its reply."""

    disable_nagle_algorithm = True
    timeout = 60.0

    def handle(self) -> None:
        self._helo = ""
        self._envelope = _Envelope()
        self._say("220 sink.invalid ESMTP keeps everything, delivers nothing")
        while line := self.rfile.readline(_MAX_LINE):
            if not line.endswith(b"\n"):
                self._say("500 5.5.2 line too long")
                return
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            command = _COMMANDS.get(verb.upper())
            if command is None:
                self._say("500 5.5.1 command not known here")
            elif not command(self, rest.strip()):
                return

    def _say(self, *lines: str) -> bool:
        """Sends a reply; always True, so that a command can end with it and the conversation goes on."""
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        return True

    def _ehlo(self, rest: str) -> bool:
        self._helo, self._envelope = rest, _Envelope()
        return self._say("250-sink.invalid", f"250-SIZE {MAX_SIZE}", "250-8BITMIME", "250-SMTPUTF8", "250 HELP")

    def _helo_only(self, rest: str) -> bool:
        self._helo, self._envelope = rest, _Envelope()
        return self._say("250 sink.invalid")

    def _mail(self, rest: str) -> bool:
        found = _PATH.fullmatch(rest)
        if not self._helo:
            return self._say("503 5.5.1 say EHLO first")
        if self._envelope.sender is not None:
            return self._say("503 5.5.1 a message is under way; RSET ends it")
        if found is None or found[1].upper() != "FROM":
            return self._say("501 5.5.4 expected MAIL FROM:<address>")
        parameters = tuple(found[3].upper().split())
        if any(word.startswith("SIZE=") and word[5:].isdigit() and int(word[5:]) > MAX_SIZE for word in parameters):
            return self._say("552 5.3.4 message too big")
        if not found[2].isascii() and "SMTPUTF8" not in parameters:
            return self._say("553 5.6.7 address needs SMTPUTF8")
        self._envelope = _Envelope(found[2], [], parameters)
        return self._say("250 2.1.0 OK")

    def _rcpt(self, rest: str) -> bool:
        found = _PATH.fullmatch(rest)
        if self._envelope.sender is None:
            return self._say("503 5.5.1 say MAIL first")
        if found is None or found[1].upper() != "TO" or "@" not in found[2]:
            return self._say("501 5.1.3 expected RCPT TO:<address>")
        self._envelope.recipients.append(found[2])
        return self._say("250 2.1.5 OK")

    def _data(self, rest: str) -> bool:
        if rest:
            return self._say("501 5.5.4 DATA takes nothing")
        if self._envelope.sender is None or not self._envelope.recipients:
            return self._say("503 5.5.1 say MAIL and RCPT first")
        self._say("354 end with a line of one dot")
        data = self._read_data()
        if data is None:
            return False
        envelope, self._envelope = self._envelope, _Envelope()
        if len(data) > MAX_SIZE:
            return self._say("552 5.3.4 message too big")
        mail = Mail(envelope.sender or "", tuple(envelope.recipients), data, self._helo, envelope.parameters)
        return self._say(f"250 2.0.0 kept as message {self._sink.keep(mail)}")

    def _read_data(self) -> bytes | None:
        """The message without its stuffed dots; None when the client left before the end."""
        lines: list[bytes] = []
        size = 0
        while line := self.rfile.readline(_MAX_DATA_LINE):
            if line == b".\r\n":
                return b"".join(lines)
            line = line[1:] if line.startswith(b".") else line
            size += len(line)
            if size <= MAX_SIZE:
                lines.append(line)
            else:  # read on to the end without keeping it, so that the refusal is heard
                lines = [bytes(MAX_SIZE + 1)]
        return None

    def _rset(self, rest: str) -> bool:  # noqa: ARG002 - every command is called alike
        self._envelope = _Envelope()
        return self._say("250 2.0.0 OK")

    def _noop(self, rest: str) -> bool:  # noqa: ARG002 - every command is called alike
        return self._say("250 2.0.0 OK")

    def _vrfy(self, rest: str) -> bool:  # noqa: ARG002 - every command is called alike
        return self._say("252 2.5.2 send it and see")

    def _help(self, rest: str) -> bool:  # noqa: ARG002 - every command is called alike
        return self._say(f"214 {' '.join(_COMMANDS)}")

    def _quit(self, rest: str) -> bool:  # noqa: ARG002 - every command is called alike
        self._say("221 2.0.0 goodbye")
        return False

    @property
    def _sink(self) -> Sink:
        assert isinstance(self.server, _SinkListener)  # noqa: S101 - said to the type checker, true by construction
        return self.server.sink


_COMMANDS = {
    "EHLO": _Conversation._ehlo,
    "HELO": _Conversation._helo_only,
    "MAIL": _Conversation._mail,
    "RCPT": _Conversation._rcpt,
    "DATA": _Conversation._data,
    "RSET": _Conversation._rset,
    "NOOP": _Conversation._noop,
    "VRFY": _Conversation._vrfy,
    "HELP": _Conversation._help,
    "QUIT": _Conversation._quit,
}
