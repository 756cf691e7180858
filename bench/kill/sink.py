"""A mail server that survives: it counts every copy it took, refuses whom it does not know, and greylists.

What it took counts from the final dot on, whether or not anybody was left to hear its 250.
"""

from __future__ import annotations

import hashlib
import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

GONE, GREY = "gone", "grey"  # how the addresses begin that are refused for good, or put off at first
STAGES = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "half the message", "final dot", "250 said", "QUIT")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Sink:
    """Listens on loopback. `on_stage` is told of every stage before its answer goes out."""

    on_stage: Callable[[str], None] = lambda _: None
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)  # (Message-ID, recipient)
    bodies: dict[str, set[str]] = field(default_factory=dict)  # by Message-ID: hashes of what came
    greylisted: set[str] = field(default_factory=set)
    pause: float = 0.0  # before each answer
    talking: int = 0

    def __post_init__(self) -> None:
        self.guard = threading.Lock()
        sink = self

        class Talk(_Talk):
            world = sink

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def settle(self, seconds: float = 10.0) -> None:
        """Waits until nobody is connected: what a killed sender had sent is then taken."""
        end = time.monotonic() + seconds
        time.sleep(0.01)
        while self.talking and time.monotonic() < end:
            time.sleep(0.005)
        assert not self.talking, "somebody still talks to the mail server"

    def take(self, recipients: list[str], data: bytes) -> str:
        found = _MESSAGE_ID.search(data)
        name = found[1].decode() if found else ""
        with self.guard:
            if recipients[0].startswith(GREY) and name not in self.greylisted:
                self.greylisted.add(name)
                return "451 4.7.1 greylisted, try again later"
            for recipient in recipients:
                self.taken[name, recipient] += 1
            self.bodies.setdefault(name, set()).add(hashlib.sha256(data).hexdigest())
        return "250 2.0.0 taken"


class _Talk(socketserver.StreamRequestHandler):
    world: Sink
    timeout = 30.0
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with self.world.guard:
            self.world.talking += 1
        try:
            self._talk()
        except OSError:  # who spoke was killed
            pass
        finally:
            with self.world.guard:
                self.world.talking -= 1

    def _say(self, stage: str, *lines: str) -> None:
        if self.world.pause:
            time.sleep(self.world.pause)
        self.world.on_stage(stage)
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _talk(self) -> None:
        self._say("connect", "220 sink.invalid ESMTP")
        recipients: list[str] = []
        while line := self.rfile.readline(2048):
            verb, rest = line[:4].decode("latin-1").upper(), line[4:].decode("latin-1").strip()
            if verb in ("EHLO", "HELO"):
                self._say("EHLO", "250-sink.invalid", "250 8BITMIME")
            elif verb == "MAIL":
                recipients = []
                self._say("MAIL", "250 2.1.0 ok")
            elif verb == "RCPT":
                self._recipient(rest, recipients)
            elif verb == "DATA" and recipients:
                self._say("DATA", "354 end with a line of one dot")
                if not self._data(recipients):
                    return
            elif verb == "QUIT":
                self._say("QUIT", "221 2.0.0 goodbye")
                return
            else:
                self._say(verb, "250 2.0.0 ok" if verb in ("RSET", "NOOP") else "503 5.5.1 not now")

    def _recipient(self, rest: str, recipients: list[str]) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if address.startswith(GONE):
            self._say("RCPT", "550 5.1.1 nobody of that name here")
            return
        recipients.append(address)
        self._say("RCPT", "250 2.1.5 ok")

    def _data(self, recipients: list[str]) -> bool:
        lines: list[bytes] = []
        while line := self.rfile.readline(64 * 1024):
            if line == b".\r\n":
                answer = self.world.take(recipients, b"".join(lines))
                self._say("final dot", answer)
                if answer.startswith("250"):
                    self.world.on_stage("250 said")
                return True
            lines.append(line[1:] if line.startswith(b".") else line)
            if len(lines) == 40:
                self.world.on_stage("half the message")
        return False  # it left before the end: nothing was taken
