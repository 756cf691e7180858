"""The socket that the service is asked on; light, as the daemon makes it and another process answers."""

from __future__ import annotations

import socket

from watcher.errors import WatcherError

MOST_CONNECTIONS = 128  # the process needs its file descriptors for other things too


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; WatcherError where the address is not ours or the port is taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(MOST_CONNECTIONS)
            listening.setblocking(False)
        except BaseException:
            listening.close()
            raise
    except OSError as error:
        raise WatcherError(
            f"[service] cannot listen on {host} port {port} ({error.strerror or error}): "
            "end the program that does, or set [service] host and port"
        ) from error
    return listening
