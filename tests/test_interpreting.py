"""A machine in the whole program: the daemon with one that hangs, commands with one that answers."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from command import PATIENCE, Running, run, tuned, until
from interpreter import Interpreter
from origin import Answer, Origin
from scripted import rss

from watcher.store import open_store
from watcher.types import Memory, Visit

TITLE = "Nvidia重启H20对华出货"
SAID = "Nvidia resumes H20 shipments to China"
TEXT = "英伟达表示，面向中国市场的H20芯片将于七月恢复出货，首批订单已经排到秋季，供应链正在重新备货。" * 8
KEY = {"WATCHER_MACHINE__KEY": "kanarienvogel9"}


@pytest.fixture
def config(tmp_path: Path, origin: Origin) -> Path:
    date = format_datetime(datetime.now(UTC) - timedelta(hours=2))
    item = {"title": TITLE, "link": f"{origin.url}/h20", "description": TEXT, "pubDate": date}
    origin.on("/feed", Answer(body=rss(item)))
    file = tmp_path / "config.toml"
    file.write_text(
        f"""\
[watcher]
data_dir = "data"
timezone = "UTC"
reads = ["en"]

[network]
allow = ["{origin.host_port}"]
gap = "0s"

[[sources]]
id = "lanting"
url = "{origin.url}/feed"
language = "zh"
pages = "never"

[topics.nvidia]
names = ["Nvidia"]

[stories]
encoder = "off"

[digest]
out = "out"

[machine]
url = "{origin.url}/v1"
model = "tiny-1"
per_day = 1.0
price_in = 1.0
price_out = 2.0
""",
        "utf-8",
    )
    return file


def shown(config: Path, *options: str) -> Any:
    """An edition in JSON: the next one, or a stored one."""
    return json.loads(run("digest", "--json", *options, "--config", config).out)


def machine_of(made: Any) -> Any:
    ((story,),) = (section["stories"] for section in made["sections"])
    return story["machine"]


def test_poll_prepares_the_words_and_the_edition_has_them(config: Path, origin: Origin) -> None:
    origin.on("/v1/chat/completions", Interpreter({TITLE: SAID}))
    assert shown(config)["sections"] == []
    polled = run("poll", "--config", config, env=KEY)
    assert polled.code == 0
    assert "1 stories" in polled.err
    asked = len(origin.asked("/v1/chat/completions"))
    words = {"language": "en", "headline": SAID, "summary": "", "machine": "tiny-1"}
    assert machine_of(shown(config)) == words
    assert run("digest", "--send", "--config", config).code == 0
    assert len(origin.asked("/v1/chat/completions")) == asked == 1, "an edition asks nobody"
    with open_store(config.parent / "data", read_only=True) as store:
        (edition,) = store.editions(9)
    stored = shown(config, "--date", edition.date.isoformat())
    assert machine_of(stored) == words

    status = run("status", "--json", "--config", config).row()["machine"]
    assert status["calls_today"] == status["calls_this_month"] == 1
    assert status["spent_today"] == status["spent_this_month"] == pytest.approx((200 + 2 * 50) / 1e6)
    assert (status["per_day"], status["in"], status["trouble"]) == (1.0, "money", None)
    (call,) = run("machine", "log", "--json", "--config", config).rows()
    assert (call["machine"], call["into"], call["articles"], call["trouble"]) == ("tiny-1", "en", [1], None)
    assert call["url"] == f"{origin.url}/v1/chat/completions"
    assert "tiny-1" in run("machine", "log", "--config", config).out
    assert "spent_today" in run("status", "--config", config).out


def test_without_a_machine_nothing_is_said_of_one(config: Path, origin: Origin) -> None:
    text = config.read_text("utf-8")
    config.write_text(text[: text.index("[machine]")], "utf-8")
    assert run("poll", "--config", config).code == 0
    assert machine_of(shown(config)) is None
    assert "machine" not in run("status", "--json", "--config", config).row()
    assert run("machine", "log", "--json", "--config", config).rows() == []
    assert {asked.target for asked in origin.log} <= {"/feed", "/robots.txt"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=401),
        pytest.param(Answer(status=429, headers={"Retry-After": "60"}), marks=pytest.mark.long),
        pytest.param(Answer(body=b"kanarienvogel9"), marks=pytest.mark.long),
    ],
)
def test_a_machine_that_fails_fails_no_command_and_its_key_is_heard_nowhere(
    config: Path, origin: Origin, answer: Answer
) -> None:
    origin.on("/v1/chat/completions", answer)
    said = {
        line: run(*line.split(), "--config", config, env=KEY)
        for line in (
            "poll", "digest", "digest --json", "digest --send", "status", "status --json", "machine log",
            "machine log --json", "doctor", "doctor --json", "db check", "db export",
        )
    }  # fmt: skip
    assert [line for line, done in said.items() if done.code] == []
    assert origin.asked("/v1/chat/completions")[0].header("authorization") == "Bearer kanarienvogel9"
    assert "asked again next time" in said["poll"].err
    assert "[machine]: " in said["doctor"].out
    assert json.loads(said["status --json"].out)["machine"]["trouble"]
    for line, done in said.items():
        assert "kanarienvogel9" not in done.out + done.err, line
    for file in filter(Path.is_file, config.parent.rglob("*")):
        assert b"kanarienvogel9" not in file.read_bytes(), file


def test_the_key_may_not_stand_in_the_file(config: Path) -> None:
    config.write_text(config.read_text("utf-8") + 'key = "kanarienvogel9"\n', "utf-8")
    done = run("status", "--config", config)
    assert done.code == 78
    assert "WATCHER_MACHINE__KEY" in done.err
    assert "kanarienvogel9" not in done.err


def test_doctor_says_where_a_key_would_travel_in_the_clear(config: Path, origin: Origin) -> None:
    config.write_text(config.read_text("utf-8").replace(f"{origin.url}/v1", "http://models.example.org/v1"), "utf-8")
    assert "in the clear" in run("doctor", "--config", config, env=KEY).out
    assert "WATCHER_MACHINE__KEY" in run("doctor", "--config", config).out


def test_a_machine_that_hangs_holds_up_neither_an_edition_nor_the_end(
    config: Path, origin: Origin, program: Sequence[str]
) -> None:
    origin.on("/v1/chat/completions", Answer(delay=600))
    patient = tuned(program, END_WITHIN=PATIENCE)
    with Running("run", "--no-serve", "--config", config, program=patient) as daemon:
        daemon.says(" edition ")
        until(lambda: (config.parent / "out" / "index.html").exists(), what=lambda: daemon.err)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
        assert "under_way=[]" in daemon.says("stopped"), "the question was broken off, not left behind"
        assert "Traceback" not in daemon.err
    with open_store(config.parent / "data", read_only=True) as store:
        assert store.integrity() == []
        (edition,) = store.editions(9)
    assert edition.entries[0].reports[0].title == TITLE
    assert edition.machine == ()


@pytest.mark.long
def test_the_daemon_prepares_words_beside_its_other_work(config: Path, origin: Origin) -> None:
    """With an edition made already, what comes later is worded before the next one."""
    origin.on("/v1/chat/completions", Interpreter({TITLE: SAID}))
    text = config.read_text("utf-8")
    minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    config.write_text(text.replace("[digest]\n", f'[digest]\nat = "{minute_ago:%H:%M}"\n'), "utf-8")
    now = datetime.now(UTC)
    with open_store(config.parent / "data") as store, store.writing() as writer:  # it answered once: an edition is made
        memory = Memory("lanting", visited=now, visits=1, due=now)
        writer.visited([Visit("lanting", now, now, 200, {}, memory)])
    assert run("digest", "--send", "--config", config).code == 0
    with Running("run", "--config", config) as daemon:
        daemon.says(" worded ")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert machine_of(shown(config)) is not None
