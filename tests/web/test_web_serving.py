"""`watcher run` and `watcher serve` as processes; a mail read, its links followed, its reader gone."""

from __future__ import annotations

import gc
import http.client
import multiprocessing
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from command import PATIENCE, Running, run, tuned, until
from origin import Answer, Origin
from readable import fill
from scripted import rss
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs
from webservice import running, served

from watcher.app import assembled
from watcher.cli.serving import pages_beside
from watcher.config import load_config
from watcher.demo.sink import Sink
from watcher.errors import WatcherError
from watcher.publish import publish
from watcher.types import Memory, Visit
from watcher.web import beside
from watcher.web.application import application
from watcher.web.listening import listen
from watcher.web.server import serve
from watcher.web.warming import settle, warmed

TEXT = (
    "Nvidia begins shipping its new accelerator to three cloud providers, a month earlier than it had announced. " * 8
)
WEB = re.compile(r"https?://[^\s\"'<>]+")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def write_config(folder: Path, service: str = "", more: str = "") -> Path:
    file = folder / "config.toml"
    file.write_text(
        f"""\
[watcher]
data_dir = "data"
timezone = "UTC"

[topics.nvidia]
title = "Nvidia"
names = ["Nvidia"]

[stories]
encoder = "off"

[digest]
at = "07:00"
out = "out"
{service}
{more}""",
        "utf-8",
    )
    return file


def ask(url: str, method: str = "GET", body: bytes | None = None, kind: str = "") -> tuple[int, str]:
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection("127.0.0.1", parts.port, timeout=PATIENCE)) as connection:
        connection.request(method, parts.path, body, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def answers(url: str) -> bool:
    with suppress(OSError):
        return ask(url)[0] == 200
    return False


def test_the_daemon_serves_and_ends_in_time_whoever_is_connected(tmp_path: Path, program: Sequence[str]):
    port = free_port()
    config = write_config(tmp_path, f"[service]\nport = {port}")
    with Running("run", "--config", config, program=tuned(program, END_WITHIN=PATIENCE)) as daemon:
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), what=lambda: daemon.err)
        _, half, slow = others = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        half.sendall(b"GET /livez HTT")
        slow.sendall(b"POST /u/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nList")
        time.sleep(0.2)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
        assert "under_way=[]" in daemon.says("stopped")
        for connection in others:
            connection.close()
        assert "Traceback" not in daemon.err, daemon.err


def test_the_daemon_keeps_to_itself_when_told(tmp_path: Path, program: Sequence[str]):
    port = free_port()
    config = write_config(tmp_path, f"[service]\nport = {port}")
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says(" started ")
        with pytest.raises(ConnectionRefusedError):
            ask(f"http://127.0.0.1:{port}/livez")


def test_alone_the_pages_are_served_until_a_signal_and_nothing_is_changed(tmp_path: Path, program: Sequence[str]):
    with running(tmp_path) as service:
        page, way_out = service.page(), service.way_out()
    port = free_port()
    config = write_config(
        tmp_path, f"[service]\nport = {port}", '[[digest.recipients]]\naddress = "reader@desk.example"\n'
    )
    for number, code in ((signal.SIGTERM, 0), (signal.SIGINT, 130)):
        with Running("serve", "--config", config, program=program) as alone:
            alone.says(f"serving http://127.0.0.1:{port}/, read-only")
            until(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
            assert ask(f"http://127.0.0.1:{port}{page}")[0] == 200
            form = "application/x-www-form-urlencoded"
            status, _ = ask(f"http://127.0.0.1:{port}{way_out}", "POST", b"List-Unsubscribe=One-Click", form)
            assert status == 503
            alone.signal(number)
            assert alone.wait() == code
            assert "Traceback" not in alone.err
            assert page not in alone.err
            assert way_out not in alone.err


def test_without_a_database_there_is_nothing_to_serve(tmp_path: Path):
    done = run("serve", "--config", write_config(tmp_path))
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "there is nothing in" in done.err


@pytest.mark.parametrize("command", ["run", pytest.param("serve", marks=pytest.mark.long)])
def test_a_taken_port_that_was_asked_for_is_an_error_in_one_line(tmp_path: Path, command: str, program: Sequence[str]):
    with running(tmp_path) as service:
        config = write_config(tmp_path, f"[service]\nport = {service.port}")
        with Running(command, "--config", config, program=program) as refused:
            done = refused.ended()
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith(f"watcher: [service] cannot listen on 127.0.0.1 port {service.port} (")
    assert "Traceback" not in done.err


def test_a_taken_port_that_nobody_asked_for_costs_the_pages_alone(tmp_path: Path):
    config = load_config(write_config(tmp_path), {"TZ": "UTC"})
    with closing(socket.socket()) as taken:
        with suppress(OSError):  # taken by somebody else is as good
            taken.bind(("127.0.0.1", config.service.port))
            taken.listen()
        with capture_logs() as said:
            assert pages_beside(config, lambda: True) is None
        assert [line["event"] for line in said] == ["no pages"]
        asked = load_config(write_config(tmp_path, f"[service]\nport = {config.service.port}"), {"TZ": "UTC"})
        with pytest.raises(WatcherError):
            pages_beside(asked, lambda: True)


def test_every_link_of_a_mail_leads_somewhere_and_one_click_is_the_end_of_it(
    tmp_path: Path, origin: Origin, sink: Sink, program: Sequence[str]
):
    now = datetime.now(UTC)
    item = {
        "title": "Nvidia ships early",
        "link": f"{origin.url}/early",
        "description": TEXT,
        "pubDate": format_datetime(now - timedelta(hours=2)),
    }
    origin.on("/feed", Answer(body=rss(item)))
    port = free_port()
    config = write_config(
        tmp_path,
        f'[service]\nport = {port}\npublic_url = "http://127.0.0.1:{port}/w"',
        f"""
[[digest.recipients]]
address = "Reader@desk.example"

[[digest.recipients]]
address = "other@desk.example"

[digest.email]
from = "Watcher <watcher@desk.example>"
host = "127.0.0.1"
port = {sink.port}
security = "none"

[network]
allow = ["{origin.host_port}"]
gap = "0s"

[[sources]]
id = "paper"
url = "{origin.url}/feed"
language = "en"
pages = "never"
""",
    )
    with Running("run", "--config", config, program=program) as daemon:
        until(lambda: len(sink.messages) == 2, what=lambda: daemon.err)
        mails = [message_from_bytes(each.data, policy=policy.default) for each in sink.messages]
        (mail,) = [each for each in mails if each["To"] == "Reader@desk.example"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        (way_out,) = [url for url in WEB.findall(mail["List-Unsubscribe"]) if url.startswith("http")]
        html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))  # type: ignore[union-attr]
        ours = {url for url in WEB.findall(html + text) if f":{port}/" in url}
        assert any("/w/e/" in url for url in ours), "a mail says where to read it on the web"
        said = {url for url in ours if "/w/a/" in url}
        assert len(said) >= 4, "of every story one may say something, once one has signed in"
        for url in {*ours, way_out}:
            assert ask(url)[0] == (401 if url in said else 200), url
        page = next(url for url in ours if "/w/e/" in url)
        others = re.findall(r'href="([^"#:]+)"', ask(page)[1])
        assert len(others) == 3
        for link in others:
            assert answers(f"{page.rpartition('/')[0]}/{link}"), link
        assert ask(way_out, "POST", b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")[0] == 200
        assert ask(way_out)[0] == 200
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    told = load_config(config, dict(os.environ))
    with assembled(told, lambda: now + timedelta(days=1, hours=12)) as program:
        (edition,) = publish(program.store, program.press, program.paper, told.schedules, program.clock)
        rows = [row.recipient for row in program.store.outbox() if row.edition == edition.id]
    assert rows == ["other@desk.example"]


def test_without_a_public_address_nothing_leads_to_the_service(tmp_path: Path):
    config = load_config(
        write_config(
            tmp_path,
            "[service]\nport = 8799",
            '[digest.file]\nfolder = "mail"\n[[digest.recipients]]\naddress = "a@desk.example"\n'
            '[[sources]]\nid = "paper"\nurl = "https://paper.example/feed"\n',
        ),
        {"TZ": "UTC"},
    )
    with assembled(config) as program:
        with program.store.writing() as writer:  # a source that answered: without one the first edition waits
            now = program.clock()
            writer.visited([Visit("paper", now, now, 200, {}, Memory("paper", visited=now, visits=1))])
        (edition,) = publish(program.store, program.press, program.paper, config.schedules, program.clock)
        (row,) = [row for row in program.store.outbox() if row.edition == edition.id]
    mail = message_from_bytes(row.payload, policy=policy.default)
    assert mail["List-Unsubscribe"].startswith("<mailto:")
    assert mail["List-Unsubscribe-Post"] is None
    assert WEB.findall(row.payload.decode("utf-8")) == []


def web_process(daemon: Running) -> int:
    """The process that answers, by asking the system which of the daemon's own holds a socket that listens."""
    for each in _below(daemon.pid):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes():
                return each
    return 0


def _below(pid: int) -> list[int]:
    tasks = list(Path(f"/proc/{pid}/task").iterdir()) if Path(f"/proc/{pid}/task").exists() else []
    own = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    return [*own, *(each for child in own for each in _below(child))]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not say whose child a process is")
def test_who_answers_is_started_again_when_it_falls_and_ends_with_the_daemon_however_that_does(tmp_path: Path):
    port = free_port()
    config = write_config(tmp_path, f"[service]\nport = {port}")
    with Running("run", "--config", config) as daemon:
        ready = f"http://127.0.0.1:{port}/readyz"
        until(lambda: answers(ready), what=lambda: daemon.err)
        first = web_process(daemon)
        assert first
        os.kill(first, signal.SIGTERM)
        time.sleep(0.3)
        assert web_process(daemon) == first, "signals are the daemon's: systemd sends them to all of its processes"
        os.kill(first, signal.SIGKILL)
        daemon.says("another one follows")
        until(lambda: web_process(daemon) not in (0, first) and answers(ready), what=lambda: daemon.err)
        second = web_process(daemon)
        daemon.signal(signal.SIGKILL)
        daemon.wait()
        until(lambda: not Path(f"/proc/{second}").exists() or _is_over(second))
    with pytest.raises(ConnectionRefusedError):
        ask(f"http://127.0.0.1:{port}/livez")


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="the system stops no process")
def test_who_answers_and_is_silent_is_ended_and_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert beside._SILENT_AT_MOST == 30.0
    heard, was_heard = [0], beside._was_heard

    def counted(leash: Connection) -> bool:
        is_heard = was_heard(leash)
        heard[0] += is_heard
        return is_heard

    monkeypatch.setattr(beside, "_was_heard", counted)
    monkeypatch.setattr(beside, "_SILENT_AT_MOST", PATIENCE)
    port = free_port()
    config = load_config(write_config(tmp_path, f"[service]\nport = {port}"), {"TZ": "UTC"})
    with assembled(config):  # there is an archive
        pass
    serve = pages_beside(config, lambda: True)
    assert serve is not None
    ready = f"http://127.0.0.1:{port}/readyz"
    with capture_logs() as said, served(serve):
        until(lambda: answers(ready))
        (first,) = (each for each in multiprocessing.active_children() if each.name == "web")
        until(lambda: heard[0] >= 2)
        assert said == [], "it is heard of again and again"
        monkeypatch.setattr(beside, "_SILENT_AT_MOST", 2.0)
        before = heard[0]
        until(lambda: heard[0] > before)
        with suppress(ProcessLookupError):  # where the machine was as slow as that
            os.kill(first.pid or 0, signal.SIGSTOP)
        until(lambda: said)
        monkeypatch.setattr(beside, "_SILENT_AT_MOST", PATIENCE)
        until(lambda: answers(ready))
    assert [line["trouble"] for line in said] == [
        "the process that answers readers said nothing any more: another one follows"
    ]
    assert first.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("reaches", [True, False])
def test_the_pulse_is_of_the_threads_that_make_pages(reaches: bool):
    """A loop that turns while no thread is free for a page is as good as none."""
    beats: list[float] = []
    free = threading.Event()
    waiting: list[int] = []

    def wait() -> None:
        waiting.append(1)
        free.wait(PATIENCE)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if not reaches:
            await run_in_threadpool(wait)
        await PlainTextResponse("x")(scope, receive, send)

    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    with served(lambda stop: serve(app, listening, stop, lambda: beats.append(time.monotonic()))), ExitStack() as held:
        until(lambda: len(beats) >= 2)
        for _ in range(45):  # the threads are 40
            asking = held.enter_context(closing(socket.create_connection(("127.0.0.1", port), PATIENCE)))
            asking.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: reaches or len(waiting) == 40)
        before = len(beats)
        if reaches:
            until(lambda: len(beats) > before + 1)
        else:
            time.sleep(2)
            assert len(beats) == before
        free.set()


def test_what_is_asked_for_first_was_asked_for_already(tmp_path: Path):
    asked: list[str] = []
    with running(tmp_path) as service:
        fill(service.store)
        app = application(service.site)

        async def noting(scope: Scope, receive: Receive, send: Send) -> None:
            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    asked.append(f"{message['status']} {scope['path']}")
                await send(message)

            await app(scope, receive, sending)

        assert warmed(noting, service.site.token.read()) is noting
    assert asked[:4] == ["200 /", "200 /search", "200 /openapi.json", "200 /status"]
    assert [re.sub(r"\d+", "N", each) for each in asked[4:]] == ["N /stories/N"]
    assert asked[4].startswith("200 ")


def test_a_page_that_cannot_be_made_keeps_nobody_from_the_others():
    async def broken(*_: object) -> None:
        raise RuntimeError("no template")

    with capture_logs() as said:
        assert warmed(broken, "token") is broken
    assert [line["trouble"] for line in said] == ["a page that was tried first cannot be made (RuntimeError)"]


def test_what_a_process_keeps_for_good_is_not_looked_through_for_garbage_again():
    before = gc.get_threshold()
    kept = [{} for _ in range(100)]
    try:
        settle()
        assert gc.get_freeze_count() > len(kept)
        looked_through = {id(each) for each in gc.get_objects()}
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
    assert not looked_through & {id(each) for each in kept}


def _is_over(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True
