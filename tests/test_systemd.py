"""What systemd hears, over a real datagram socket: ready, signs of life while work goes on, reloading, stopping."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from command import COMMAND, Running, until

from watcher.systemd import tell, watchdog_seconds

CONFIG = """\
[watcher]
timezone = "UTC"
[topics.nvidia]
names = ["Nvidia"]
[stories]
encoder = "off"
[digest]
at = "07:00"
"""
PERIOD = {"WATCHDOG_USEC": "600000"}


class Manager:
    """The socket that systemd would listen on, and what came in."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.settimeout(0.1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                self.heard.append(self._socket.recv(4096).decode())
            except TimeoutError:
                continue

    def __contains__(self, fact: str) -> bool:
        return any(fact in each.split("\n") for each in self.heard)

    def count(self, fact: str) -> int:
        return sum(fact in each.split("\n") for each in self.heard)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()


@pytest.fixture(params=["a file", "an abstract name"])
def any_manager(request: pytest.FixtureRequest) -> Iterator[Manager]:
    yield from manager_at(f"@toldonce-{os.getpid()}" if request.param == "an abstract name" else None)


@pytest.fixture
def manager() -> Iterator[Manager]:
    yield from manager_at(None)


def manager_at(address: str | None) -> Iterator[Manager]:
    with tempfile.TemporaryDirectory() as folder:  # the path of a socket has at most 107 bytes
        listening = Manager(address or f"{folder}/notify")
        yield listening
        listening.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    return tmp_path / "config.toml"


def test_facts_arrive_in_one_datagram(any_manager: Manager):
    tell({"NOTIFY_SOCKET": any_manager.address}, "READY=1", "STATUS=3 Quellen für heute")
    until(lambda: any_manager.heard)
    assert any_manager.heard == ["READY=1\nSTATUS=3 Quellen für heute"]


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all", "@nobody-listens-here", "vsock:2:9"])
def test_where_nobody_listens_nothing_is_said_and_nothing_breaks(address: str, capfd: pytest.CaptureFixture[str]):
    tell({"NOTIFY_SOCKET": address}, "READY=1")
    tell({}, "READY=1")
    assert capfd.readouterr() == ("", "")


def test_the_period_of_the_watchdog_is_ours_alone():
    assert watchdog_seconds({"WATCHDOG_USEC": "30000000"}) == 30.0
    assert watchdog_seconds({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}) == 30.0
    assert watchdog_seconds({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}) is None
    assert [watchdog_seconds({"WATCHDOG_USEC": odd}) for odd in ("", "0", "-1", "soon")] == [None] * 4
    assert watchdog_seconds({}) is None


def test_a_daemon_is_ready_alive_reloading_ready_again_and_stopping(
    manager: Manager, config: Path, program: Sequence[str]
):
    env = {"NOTIFY_SOCKET": manager.address, **PERIOD}
    with Running("run", "--no-serve", "--config", config, env=env, program=program) as daemon:
        until(lambda: "READY=1" in manager, what=lambda: daemon.err)
        assert any(each.startswith("READY=1\nSTATUS=0 sources, next edition ") for each in manager.heard)
        until(lambda: manager.count("WATCHDOG=1") >= 2, what=lambda: daemon.err)
        daemon.signal(signal.SIGHUP)
        until(lambda: manager.count("READY=1") == 2, what=lambda: daemon.err)
        (reloading,) = (each for each in manager.heard if each.startswith("RELOADING=1"))
        assert reloading.split("\n")[1].removeprefix("MONOTONIC_USEC=").isdecimal()
        assert "STOPPING=1" not in manager
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    until(lambda: "STOPPING=1" in manager)


@pytest.mark.parametrize(
    ("hand", "broken"),
    [
        ("poll", "watcher.daemon.Pass.run = lambda *_, **__: threading.Event().wait(60)"),
        ("editions", "watcher.daemon.publish = lambda *_, **__: threading.Event().wait(60)"),
        ("bell", "watcher.daemon.Daemon._ring = lambda self: None"),
    ],
)
def test_a_hand_that_stands_still_silences_the_watchdog_though_the_process_lives(
    manager: Manager, config: Path, hand: str, broken: str
):
    program = (
        "import threading, watcher.daemon, watcher.cli\n"
        f"{broken}\nwatcher.daemon.SILENT_AT_MOST['{hand}'] = 2.0\nwatcher.daemon.RING_SECONDS = 1\nwatcher.cli.main()"
    )
    env = {"NOTIFY_SOCKET": manager.address, **PERIOD}
    started = (sys.executable, "-c", program)
    with Running("run", "--no-serve", "--config", config, program=started, env=env) as daemon:
        daemon.says(f" standstill hand={hand} ")
        signs = manager.count("WATCHDOG=1")
        assert signs, "until then it was alive"
        assert "READY=1" in manager
        threading.Event().wait(1.5)
        assert manager.count("WATCHDOG=1") == signs


def test_without_systemd_nothing_is_different(config: Path):
    with Running("run", "--no-serve", "--config", config, program=COMMAND, env={"NOTIFY_SOCKET": ""}) as daemon:
        daemon.says(" started ")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
