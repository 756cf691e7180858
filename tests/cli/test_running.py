"""`watcher run` and SIGHUP: what was written anew is used, what is wrong with it changes nothing, no work is lost."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from email.utils import formatdate
from pathlib import Path

import pytest
from command import PATIENCE, Running, tuned, until
from origin import Answer, Origin
from scripted import rss

from watcher.cli.running import Following, changes, settled
from watcher.config import load_config
from watcher.demo.sink import Sink
from watcher.errors import WatcherError
from watcher.store import open_store
from watcher.store.schema import APPLICATION_ID

SCHEMAS = Path(__file__).parents[1] / "store" / "schemas"
SOURCE = '\n[[sources]]\nid = "{id}"\nurl = "{url}/{id}"\nlanguage = "en"\npages = "never"\n'


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


def config_of(folder: Path, origin: Origin, *sources: str, more: str = "", at: str = "07:00") -> Path:
    file = folder / "config.toml"
    file.write_text(
        f'[watcher]\ntimezone = "UTC"\n[network]\nallow = ["{origin.host_port}"]\ngap = "0s"\n'
        f'[stories]\nencoder = "off"\n[topics.nvidia]\nnames = ["Nvidia"]\n[digest]\nat = "{at}"\n'
        + more
        + "".join(SOURCE.format(id=each, url=origin.url) for each in sources),
        "utf-8",
    )
    return file


def news(origin: Origin, name: str) -> Answer:
    text = f"Nvidia begins to ship what {name} has waited for since spring, and says how much of it. " * 8
    date = formatdate(time.time() - 3600)
    return Answer(
        body=rss({"title": f"{name} ships", "link": f"{origin.url}/{name}/1", "description": text, "pubDate": date})
    )


def test_what_was_written_anew_is_used_without_a_restart(tmp_path: Path, origin: Origin, sink: Sink):
    for name in ("first", "second"):
        origin.on(f"/{name}", news(origin, name))
    mail = (
        f'[digest.email]\nfrom = "w@desk.example"\nhost = "127.0.0.1"\nport = {sink.port}\nsecurity = "none"\n'
        '[[digest.recipients]]\naddress = "reader@desk.example"\n'
    )
    config = config_of(tmp_path, origin, "first")
    with Running("run", "--no-serve", "--config", config) as daemon:
        daemon.says("visit source=first")
        assert not origin.asked("/second")
        config_of(tmp_path, origin, "first", "second", more=mail, at="06:30")
        daemon.signal(signal.SIGHUP)
        for change in (
            "sources: second is new",
            "recipients: reader@desk.example is new",
            "[digest] at",
            "[digest] email",
        ):
            daemon.says(f'changed="{change}"')
        daemon.says("visit source=second")
        assert json.loads((tmp_path / "data" / "daemon.lock").read_text())["pid"] == daemon.pid
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
        assert "Traceback" not in daemon.err
    with open_store(tmp_path / "data", read_only=True) as store:
        assert store.counts().articles == 2
        assert store.integrity() == []


def test_a_visit_that_is_under_way_is_ended_first_and_not_left_for_half_an_hour_later(
    tmp_path: Path, origin: Origin, program: Sequence[str]
):
    origin.on("/first", news(origin, "first"))
    late = news(origin, "late")
    origin.on("/late", Answer(body=late.body, delay=3))
    config = config_of(tmp_path, origin, "first")
    program = tuned(program, FINISH_WITHIN=PATIENCE)
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says("visit source=first")  # from here on readers of feeds are there
        config_of(tmp_path, origin, "first", "late")
        daemon.signal(signal.SIGHUP)
        until(lambda: origin.asked("/late"), what=lambda: daemon.err)
        daemon.signal(signal.SIGHUP)
        daemon.says("visit source=late")
        until(lambda: daemon.err.count(" started ") == 3, what=lambda: daemon.err)
        assert len(origin.asked("/late")) == 1
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0


def test_a_configuration_with_mistakes_changes_nothing_and_each_is_said_with_its_line(
    tmp_path: Path, origin: Origin, program: Sequence[str]
):
    origin.on("/first", news(origin, "first"))
    config = config_of(tmp_path, origin, "first")
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says(" started ")
        good = config.read_text()
        config.write_text(good.replace("gap =", "gapp =").replace('names = ["Nvidia"]', "names = 5"))
        daemon.signal(signal.SIGHUP)
        first = daemon.says(" error   reload ")
        assert f"{config}:5: " in first
        assert 'expected \\"gap\\"' in first
        assert f"{config}:9: " in daemon.says("topics.nvidia.names")
        (tmp_path / "seeds").mkdir()
        (tmp_path / "seeds" / "odd.md").write_text("+++\nid = 5\n")
        config.write_text(good)
        daemon.signal(signal.SIGHUP)
        daemon.says("odd.md")  # it reads as a configuration, and yet nothing could be begun with it
        daemon.says(" edition ")
        assert " reloading " not in daemon.err
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0


def test_a_reload_in_the_middle_of_a_visit_and_of_a_mail_loses_and_doubles_nothing(
    tmp_path: Path, origin: Origin, sink: Sink, program: Sequence[str]
):
    origin.on("/first", news(origin, "first"))
    origin.on("/slow", Answer(delay=600), news(origin, "slow"))
    silent = Origin()  # takes the connection and never says 220
    mail = (
        '[digest.email]\nfrom = "w@desk.example"\nhost = "127.0.0.1"\nport = {}\nsecurity = "none"\n'
        '[[digest.recipients]]\naddress = "reader@desk.example"\n'
    )
    try:
        config = config_of(tmp_path, origin, "first", more=mail.format(silent.port))
        program = tuned(program, FINISH_WITHIN=1.0)  # of a visit that never ends
        with Running("run", "--no-serve", "--config", config, program=program) as daemon:
            until(lambda: silent.connections, what=lambda: daemon.err)
            config_of(tmp_path, origin, "first", "slow", more=mail.format(sink.port))
            daemon.signal(signal.SIGHUP)
            until(lambda: origin.asked("/slow"), what=lambda: daemon.err)
            assert "delivery by email" in daemon.says(" reloading ")
            daemon.signal(signal.SIGHUP)
            until(lambda: daemon.err.count(" started ") == 3, what=lambda: daemon.err)
            daemon.signal(signal.SIGTERM)
            assert daemon.wait() == 0
            assert "Traceback" not in daemon.err
    finally:
        silent.close()
    with open_store(tmp_path / "data", read_only=True) as store:
        assert [row.state for row in store.outbox()] == ["sending"], "its lease runs out and it is sent again"
        assert store.memories(["slow"])["slow"].failures == 0, "that we stopped is not the source's trouble"
        assert store.integrity() == []


def test_what_cannot_change_while_it_runs_is_said_and_kept(tmp_path: Path, origin: Origin):
    old = load_config(config_of(tmp_path, origin, "first"), {})
    text = config_of(tmp_path, origin).read_text().replace("[watcher]", '[watcher]\ndata_dir = "elsewhere"')
    (tmp_path / "config.toml").write_text(text + "[service]\nport = 9999\n")
    new = load_config(tmp_path / "config.toml", {"WATCHER_DATABASE_PASSWORD": "kanarienvogel7"})
    kept, said = settled(old, new)
    assert (kept.watcher.data_dir, kept.service.port, kept.sources) == (old.watcher.data_dir, 8712, ())
    assert kept.watcher.database_password is None
    assert len(said) == 3
    assert all("with the next start" in line for line in said)
    assert [*changes(old, kept)] == ["sources: first is gone"]
    assert "kanarienvogel7" not in "".join([*said, *changes(old, new)])


def test_a_configuration_that_nothing_can_be_begun_with_gives_way_to_the_one_before(tmp_path: Path, origin: Origin):
    file = config_of(tmp_path, origin, "first")
    old = load_config(file, os.environ)
    following = Following(file, old)
    assert not following.falls_back(WatcherError("at the first start there is none before"))
    config_of(tmp_path, origin, "first", "second")
    assert following.is_there()
    assert len(following.config.sources) == 2
    assert following.falls_back(WatcherError("the port is taken"))
    assert following.config is old
    assert not following.falls_back(WatcherError("and that one does not work either"))


def test_an_older_database_is_upgraded_by_itself_after_a_copy_and_the_log_says_so(
    tmp_path: Path, origin: Origin, program: Sequence[str]
):
    config = config_of(tmp_path, origin)
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "watcher.db")) as old:
        old.executescript(min(SCHEMAS.glob("*.sql")).read_text("utf-8"))
        old.execute(f"PRAGMA application_id={APPLICATION_ID}")
        (version,) = old.execute("SELECT version_num FROM alembic_version").fetchone()
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        upgraded = daemon.says(" upgraded ")
        daemon.says(" started ")
        assert f"watcher.db.schema-{version}" in upgraded
        assert " upgrading " in daemon.err
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    with closing(sqlite3.connect(tmp_path / "data" / f"watcher.db.schema-{version}")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)
    with Running("run", "--no-serve", "--config", config, program=program) as daemon:
        daemon.says(" started ")
        assert "upgrad" not in daemon.err
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
