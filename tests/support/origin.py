"""A scripted HTTP server on loopback: it answers what a test tells it to, as badly as told, and keeps a log.

    origin.on("/feed", Answer(body=b"<rss/>", headers={"ETag": '"1"'}), Answer(status=304))

Answers of one path are given one after the other, the last one for ever. A function of the request may stand for them.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    moment: float  # time.monotonic()
    raw: bytes  # request line and headers
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Answer:
    """What to send, and how."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] | tuple[tuple[str, str], ...] = field(default_factory=dict)
    delay: float = 0.0  # seconds before the first byte
    drip: float = 0.0  # seconds between single bytes of the body
    drip_head: float = 0.0  # the same for status line and headers
    cut: int | None = None  # close after this many bytes of the body
    length: int | str | None = None  # a Content-Length of one's own; "none" leaves it out and closes
    chunked: bool = False
    raw: bytes | None = None  # sent in place of everything, then closed


Script = Answer | Callable[[Asked], Answer]


class Origin:
    """Listens until closed. `url` has no trailing slash; `log` holds every request; `busiest` the most at one time."""

    def __init__(self, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self._scripts: dict[str, list[Script]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._context = context
        self._busy = 0
        self.busiest = 0
        self.connections = 0
        self.log: list[Asked] = []
        self._server = socket.create_server((host, 0), backlog=512)
        self.port: int = self._server.getsockname()[1]
        self.host_port = f"{host}:{self.port}"
        self.url = f"{'https' if context else 'http'}://{self.host_port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def on(self, path: str, *answers: Script) -> str:
        """Scripts a path (with its query, or without to mean any query); returns its whole address."""
        with self._lock:
            self._scripts[path] = list(answers)
        return self.url + path

    def asked(self, path: str) -> list[Asked]:
        """The requests for a path, its query left out."""
        return [asked for asked in self.log if asked.target.partition("?")[0] == path]

    def close(self) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        with contextlib.suppress(OSError):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is not None:
                connection = self._context.wrap_socket(plain, server_side=True)
            elif plain.recv(1, socket.MSG_PEEK) == b"\x16":
                raise OSError("a TLS handshake: its end would be waited for in vain, on both sides")
            with connection.makefile("rb") as reader:
                while (asked := _read(reader)) is not None:
                    if not self._respond(connection, asked):
                        break
        with self._lock:
            self._open.discard(plain)
        for sock in (connection, plain):
            with contextlib.suppress(OSError):
                sock.close()

    def _respond(self, connection: socket.socket, asked: Asked) -> bool:
        with self._lock:
            self.log.append(asked)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
            answer = self._next(asked)
        try:
            scripted = answer(asked) if callable(answer) else answer
            return self._send(connection, asked, scripted)
        finally:
            with self._lock:
                self._busy -= 1

    def _next(self, asked: Asked) -> Script:
        path = asked.target.partition("?")[0]
        answers = self._scripts.get(asked.target) or self._scripts.get(path) or [Answer(status=404)]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _send(self, connection: socket.socket, asked: Asked, answer: Answer) -> bool:
        """Sends an answer; True when the connection stays open for a next request."""
        self._closing.wait(answer.delay)
        if answer.raw is not None:
            self._drip(connection, answer.raw, answer.drip)
            return False
        headers = list(answer.headers.items() if isinstance(answer.headers, Mapping) else answer.headers)
        length = len(answer.body) if answer.length is None else answer.length
        if answer.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        elif length != "none":
            headers.append(("Content-Length", str(length)))
        lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{name}: {value}" for name, value in headers), "", ""]
        head = "\r\n".join(lines).encode("latin-1")
        if answer.drip_head:
            self._drip(connection, head, answer.drip_head)
            head = b""
        body = b"" if asked.method == "HEAD" or answer.status in (204, 304) else answer.body
        sent = body if answer.cut is None else body[: answer.cut]
        if answer.chunked:
            sent = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in _parts(sent))
            sent += b"" if answer.cut is not None else b"0\r\n\r\n"
        if answer.drip:
            connection.sendall(head)
            self._drip(connection, sent, answer.drip)
        else:
            connection.sendall(head + sent)
        return answer.cut is None and length != "none" and (asked.header("connection") or "").lower() != "close"

    def _drip(self, connection: socket.socket, data: bytes, seconds: float) -> None:
        if not seconds:
            connection.sendall(data)
            return
        for index in range(len(data)):
            connection.sendall(data[index : index + 1])
            if self._closing.wait(seconds):
                return


def _read(reader: object) -> Asked | None:
    lines: list[bytes] = []
    while True:
        line: bytes = reader.readline(65_536)  # type: ignore[attr-defined]
        if not line:
            return None
        if line in (b"\r\n", b"\n"):
            break
        lines.append(line)
    method, target, _ = lines[0].decode("latin-1").split(" ", 2)
    headers = tuple(
        (name.strip(), value.strip())
        for name, _, value in (line.decode("latin-1").partition(":") for line in lines[1:])
    )
    size = next((int(value) for name, value in headers if name.lower() == "content-length" and value.isdigit()), 0)
    body: bytes = reader.read(size) if size else b""  # type: ignore[attr-defined]
    return Asked(method, target, headers, time.monotonic(), b"".join(lines), body)


def _parts(body: bytes) -> list[bytes]:
    return [body[start : start + 4096] for start in range(0, len(body), 4096)]
