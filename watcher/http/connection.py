"""Connections under a deadline, straight or through a proxy, and answers that end.

`http.client` reads some things without end: interim answers, chunks, the lines behind the last chunk. Here each has a
bound, besides the seconds and the bytes of the whole request.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
from pathlib import Path

from urllib3.connection import HTTPConnection, HTTPSConnection

from watcher.http.dial import Deadline, Dialer, PlainSocket, TlsSocket
from watcher.http.proxy import Proxy

_MOST_INTERIM = 16  # 1xx answers before the one that counts; "103 Early Hints" comes once or twice
# Chunks of one body, 3 microseconds each. Pages that are flushed after every line have some thousands.
_MOST_CHUNKS = 100_000

# It would log the address of every answer with odd headers, secrets in it included; the answer says enough.
logging.getLogger("urllib3.connection").setLevel(logging.CRITICAL)


class _Answer(http.client.HTTPResponse):
    """The standard library's response; its reading is bounded. The methods are private there and stable since 2.4."""

    _chunks = 0

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]  # not in typeshed: private
            if not 100 <= found[1] < 200 or found[1] == http.client.SWITCHING_PROTOCOLS:
                return found
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"more than {_MOST_INTERIM} interim answers")

    def _read_next_chunk_size(self) -> int:
        self._chunks += 1
        if self._chunks > _MOST_CHUNKS:
            raise http.client.HTTPException(f"a body of more than {_MOST_CHUNKS} chunks")
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]  # not in typeshed: private
        if size < 0:
            raise http.client.HTTPException("a chunk of negative length")
        return size

    def _read_and_discard_trailer(self) -> None:
        http.client.parse_headers(self.fp)


class PlainConnection(HTTPConnection):
    """One HTTP connection under a deadline that is set anew for each request."""

    response_class = _Answer
    dialer: Dialer
    deadline: Deadline
    via: Proxy | None = None  # not urllib3's "proxy", which would tunnel to names
    addresses: list[str] | None = None  # checked ones that are to be tried; None: not looked up yet

    def _new_conn(self) -> socket.socket:
        port = self.port or 80
        if self.via is not None:
            self.dialer.through(self.host, port, self.deadline)
            return self.dialer.to_proxy(self.via, self.deadline)
        return _dialled(self, port)

    def under(self, deadline: Deadline) -> None:
        """Puts the next request under its deadline, on a connection that may be open already."""
        _put_under(self, deadline)


class TlsConnection(HTTPSConnection):
    """The same over TLS, with the name that was asked for on the certificate and not the address."""

    response_class = _Answer
    dialer: Dialer
    deadline: Deadline
    via: Proxy | None = None  # not urllib3's "proxy", which would tunnel to names
    addresses: list[str] | None = None

    def _new_conn(self) -> socket.socket:
        port = self.port or 443
        if self.via is not None:
            return self.dialer.tunnel(self.via, self.host, port, self.deadline)
        return _dialled(self, port)

    def connect(self) -> None:
        super().connect()
        # The handshake ran under the plain socket's timeout, which for OpenSSL is a total one.
        _put_under(self, self.deadline)

    def under(self, deadline: Deadline) -> None:
        """Puts the next request under its deadline, on a connection that may be open already."""
        _put_under(self, deadline)


Connection = PlainConnection | TlsConnection


def tls_context(ca_file: str | None = None) -> ssl.SSLContext:
    """Verifies against the system's authorities and certifi's: a bare container has only the latter.

    Made by hand, as `ssl.create_default_context` would write every session's keys to the file SSLKEYLOGFILE names.
    """
    import certifi  # a slow file to load: only for who speaks TLS

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # with verification and the check of names
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    if ca_file is not None:
        try:
            context.load_verify_locations(cadata=Path(ca_file).read_text("ascii"))
        except (OSError, ValueError) as error:
            raise ssl.SSLError("the file with the source's own authorities cannot be used") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = TlsSocket
    return context


def _dialled(connection: PlainConnection | TlsConnection, port: int) -> socket.socket:
    addresses = connection.addresses
    if addresses is None:
        addresses = connection.dialer.permitted(connection.host, port, connection.deadline)
    connection.addresses = []  # none is left when all of them fail
    sock, connection.addresses = connection.dialer.dial(addresses, port, connection.deadline)
    return sock


def _put_under(connection: PlainConnection | TlsConnection, deadline: Deadline) -> None:
    connection.deadline = deadline
    connection.timeout = deadline.left()
    sock = connection.sock
    if isinstance(sock, PlainSocket | TlsSocket):
        sock.deadline = deadline
        sock.settimeout(deadline.left())
