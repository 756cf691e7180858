"""An HTTP proxy on loopback that connects to wherever it is asked to, and keeps a log of that."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping


class Gateway:
    """`asked` holds the first line of every request, `heads` all of it. `names` are hosts that it alone knows."""

    def __init__(self, names: Mapping[str, str] | None = None, refuses: bytes | None = None) -> None:
        self._names = dict(names or {})
        self._refuses = refuses
        self._server = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._server.getsockname()[1]
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = client.recv(4096)
                if not piece:
                    return
                head += piece
            line = head.split(b"\r\n", 1)[0].decode("latin-1")
            self.asked.append(line)
            self.heads.append(head)
            if self._refuses is not None:
                client.sendall(self._refuses)
                return
            method, target, _ = line.split(" ")
            authority = target if method == "CONNECT" else target.split("/")[2]
            host, _, port = authority.rpartition(":") if authority[-1].isdigit() else (authority, "", "80")
            with socket.create_connection((self._names.get(host, host.strip("[]")), int(port)), timeout=120) as server:
                if method == "CONNECT":
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    path = "/" + target.split("/", 3)[3]
                    server.sendall(head.replace(target.encode("latin-1"), path.encode("latin-1"), 1))
                back = threading.Thread(target=_pump, args=(server, client), daemon=True)
                back.start()
                _pump(client, server)
                back.join(120)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
