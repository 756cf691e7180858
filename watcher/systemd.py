"""What systemd is told about the daemon: one datagram each; nothing where no systemd listens."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


def tell(environ: Mapping[str, str], *facts: str) -> None:
    """Says `READY=1`, `STATUS=...` and the like. Whoever does not listen is not waited for."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.settimeout(1.0)
        line.connect("\0" + address[1:] if address[0] == "@" else address)
        line.sendall("\n".join(facts).encode())


def watchdog_seconds(environ: Mapping[str, str]) -> float | None:
    """How long systemd waits between two signs of life; None where it waits for none of ours."""
    period, process = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", str(os.getpid()))
    if not period.isdecimal() or int(period) == 0 or process != str(os.getpid()):
        return None
    return int(period) / 1e6
