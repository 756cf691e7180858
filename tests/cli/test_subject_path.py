"""From nothing to a first edition on a subject of one's own, by real commands on the newsroom that stays open."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from command import PATIENCE, Done, run

from watcher.app import utc_now
from watcher.config import load_config
from watcher.demo.opened import keep_open

# What the tutorial does at two seconds a request, these tests do without waiting; and without the encoder's 305 MB.
FAST = {"WATCHER_NETWORK__GAP": "0s", "WATCHER_STORIES__ENCODER": "off"}
MINUTES = 10


@pytest.fixture(scope="module")
def feeds() -> Iterator[str]:
    """The address of the newsroom's list of feeds, while it is open."""
    told: list[str] = []
    is_open, shut = threading.Event(), threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        if line.startswith("all feeds:"):
            is_open.set()

    thread = threading.Thread(target=keep_open, args=(0, utc_now, tell, shut.wait))
    thread.start()
    assert is_open.wait(PATIENCE)
    yield next(line.split()[-1] for line in told if line.startswith("all feeds:"))
    shut.set()
    thread.join()


@dataclass(frozen=True)
class Walked:
    """What the commands of the path answered."""

    folder: Path
    done: dict[str, Done]
    seconds: float

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def run(self, *arguments: str) -> Done:
        return run(*arguments, "--config", self.config, env=FAST)


@pytest.fixture(scope="module")
def walked(feeds: str, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = tmp_path_factory.mktemp("path") / "mine"
    start = time.monotonic()
    done = {"init": run("init", folder, "--subject", "TSMC", "--reads", "en,de", "--allow", "127.0.0.1")}
    path = Walked(folder, done, 0.0)
    for name, words in {
        "import": ("sources", "import", feeds),
        "poll": ("poll",),
        "digest": ("digest",),
        "propose": ("topics", "add", "Samsung", "--dry-run", "--json"),
        "add": ("topics", "add", "Samsung", "--yes", "--json"),
        "again": ("digest",),
        "send": ("digest", "--send"),
        "status": ("status",),
    }.items():
        done[name] = path.run(*words)
    return Walked(folder, done, time.monotonic() - start)


def test_every_step_works_within_ten_minutes_and_no_file_is_edited_by_hand(walked: Walked):
    assert {name: (each.code, each.err) for name, each in walked.done.items() if each.code} == {}
    assert walked.seconds < MINUTES * 60
    assert (walked.folder / "out" / "index.html").exists()


def test_the_first_edition_tells_the_subject_from_many_languages(walked: Walked):
    digest = walked.done["digest"].out
    assert "TSMC's Dresden plant" in digest
    assert "[de]" in digest
    assert "[zh]" in digest
    assert "published the edition" in walked.done["send"].out


def test_a_second_subject_is_proposed_with_what_was_passed_over(walked: Walked):
    row = walked.done["propose"].row()
    assert (row["topic"], row["written"], row["applied"]) == ("samsung", False, None)
    assert {"Samsung", "三星", "サムスン", "삼성전자"} <= {each["name"] for each in row["names"]}
    tried = row["tried"]
    assert tried["found"] >= 5
    assert tried["found"] > tried["stored"]
    assert len(tried["languages"]) >= 4
    assert {sample["source"] for sample in tried["samples"]} >= {"hanbit", "siliconledger"}
    assert {row["language"] for row in row["searches"]} == {"en", "de"}


def test_it_is_applied_to_what_is_stored_and_nothing_of_that_is_news(walked: Walked):
    applied = walked.done["add"].row()["applied"]
    assert applied["articles"] >= 1
    assert applied["followed"] >= 4
    assert applied["left"] == 0
    assert walked.done["digest"].out.count("http://") == walked.done["again"].out.count("http://")
    assert "HBM4" not in walked.done["again"].out
    config = load_config(walked.config, {})
    assert [topic.id for topic in config.topics] == ["tsmc", "samsung"]
    rows = walked.run("topics", "try", "--archive", "samsung", "--json").rows()
    assert all(row["kept"] for row in rows)
    assert walked.run("topics", "try", "--archive", "samsung").out.startswith("in the last 30 days")
    with closing(sqlite3.connect(walked.folder / "data" / "watcher.db")) as connection:
        told = connection.execute(
            "select told from article join article_topic on id = article"
            " where topic = 'samsung' and title like '%HBM4%'"
        ).fetchall()
        assert set(told) == {(1,)}


def test_applied_again_it_changes_nothing(walked: Walked):
    again = walked.run("topics", "apply", "--json").row()
    assert again == {"articles": 0, "followed": 0, "left": 0}


def test_what_comes_by_again_is_no_revision_of_what_was_fetched_late(walked: Walked):
    assert walked.run("poll", "--all").code == 0
    with closing(sqlite3.connect(walked.folder / "data" / "watcher.db")) as connection:
        assert connection.execute("select count(*) from revision").fetchone() == (0,)


def test_a_rule_changed_by_hand_is_applied_when_that_is_asked_for(walked: Walked):
    text = walked.config.read_text("utf-8")
    walked.config.write_text(text.replace('title = "Samsung"', 'title = "Samsung"\nwithout = ["reviews"]'), "utf-8")
    narrow = text.replace('  "三星", "三星電子",\n', "")
    assert narrow != text
    walked.config.write_text(narrow, "utf-8")
    assert walked.run("topics", "apply", "samsung", "--json").row()["articles"] == 1
    walked.config.write_text(text, "utf-8")
    assert walked.run("topics", "apply", "samsung", "--json").row()["articles"] == 1


def test_what_is_a_topic_already_is_refused(walked: Walked):
    for name in ("Samsung", "samsung", "TSMC"):
        done = walked.run("topics", "add", name, "--yes")
        assert done.code == 1
        assert "is a topic already" in done.err
    other = walked.run("topics", "add", "サムスン", "--yes")
    assert other.code == 1
    assert "names of the topic samsung" in other.err


def test_a_file_that_may_not_be_written_gives_the_lines(walked: Walked):
    walked.config.chmod(0o444)
    try:
        done = walked.run("topics", "add", "Intel", "--yes")
        assert done.code == 78
        assert "[topics.intel]" in done.err
    finally:
        walked.config.chmod(0o644)
    assert "intel" not in walked.config.read_text("utf-8")


def test_the_newsroom_that_stays_open_says_where_it_cannot(feeds: str):
    port = int(feeds.rsplit(":", 1)[1].split("/")[0])
    done = run("demo", "--serve", "--port", str(port - 1))
    assert done.code == 1
    assert str(port) in done.err
    assert run("demo", "--serve", "--port", "70000").code == 2
