"""A mail server that does well until one stage of a conversation, and there fails in one way."""

from __future__ import annotations

import io
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from pathlib import Path

CERTIFICATE = Path(__file__).parents[1] / "delivery" / "localhost.pem"

STAGES = ("connect", "banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot")
FAULTS = ("4xx", "5xx", "hang", "reset", "garbage")

_OFFERS = b"250-here\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 SIZE\r\n"
_FINE = {
    "banner": b"220 here\r\n",
    "ehlo": _OFFERS,
    "auth": b"235 ok\r\n",
    "starttls": b"220 go\r\n",
    "data": b"354 go\r\n",
}
_SAID = {"4xx": b"451 4.3.0 later\r\n", "5xx": b"554 5.7.1 never\r\n", "garbage": b"\x00\xff<html>\r\n"}


@dataclass
class Copy:
    """One message that this server took in, and whether its sender was told so."""

    recipient: str
    message_id: str
    told: bool


@dataclass
class MailServer:
    """Listens until closed. `fails(conversation, recipient)` says whether the fault strikes; the first one is 1.

    A message whose end has come is kept, unless the answer to it is a refusal: who then hears nothing cannot know.
    """

    stage: str
    fault: str
    fails: Callable[[int, str], bool]
    copies: list[Copy] = field(default_factory=list)
    conversations: int = 0

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.conversations += 1
            talk = _Talk(self, line, self.conversations)
            threading.Thread(target=talk.run, daemon=True).start()


class _Talk:
    """One conversation."""

    def __init__(self, server: MailServer, line: socket.socket, number: int) -> None:
        self._server, self._line, self._number = server, line, number
        self._recipient = ""

    def run(self) -> None:
        try:
            self._line.settimeout(600)
            if self._server.stage == "connect" and self._server.fails(self._number, ""):
                self._fail()
            else:
                self._talk()
        except OSError:
            return
        finally:
            self._line.close()

    def _talk(self) -> None:
        stream = self._line.makefile("rb")
        stage = "banner"
        while self._answers(stage):
            if stage == "starttls":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
                stream.close()
                self._line = context.wrap_socket(self._line, server_side=True)
                stream = self._line.makefile("rb")
            if stage == "data":
                stage = "dot"
                message = self._message(stream)
                if message is None or not self._takes(message):
                    return
                continue
            words = stream.readline()
            if not words:
                return
            verb = words[:4].upper()
            stage = {b"EHLO": "ehlo", b"HELO": "ehlo", b"STAR": "starttls"}.get(verb, verb.decode("latin-1").lower())
            if stage == "rcpt":
                self._recipient = words.decode("latin-1").partition("<")[2].partition(">")[0]

    def _message(self, stream: io.BufferedReader) -> bytes | None:
        lines: list[bytes] = []
        while (line := stream.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines) if line else None

    def _takes(self, message: bytes) -> bool:
        """Answers the final dot; False when the conversation is over."""
        server = self._server
        strikes = server.stage == "dot" and server.fails(self._number, self._recipient)
        id = BytesParser().parsebytes(message, headersonly=True)["Message-ID"]
        if not (strikes and server.fault in ("4xx", "5xx")):
            server.copies.append(Copy(self._recipient, str(id), told=not strikes))
        if not strikes:
            self._line.sendall(b"250 2.0.0 kept\r\n")
            return True
        return self._fail()

    def _answers(self, stage: str) -> bool:
        """Answers a command, well or not; False when the conversation is over."""
        if stage == "dot":
            return True
        if stage == self._server.stage and self._server.fails(self._number, self._recipient):
            return self._fail()
        self._line.sendall(_FINE.get(stage, b"250 ok\r\n"))
        return stage != "quit"

    def _fail(self) -> bool:
        fault = self._server.fault
        if fault in _SAID:
            self._line.sendall(_SAID[fault])
            return self._server.stage not in ("connect", "starttls", "data")
        if fault == "hang":
            self._server._over.wait(600)
        else:
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
