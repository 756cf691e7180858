"""The commands about the service: its token, links to sign in by, feeds made and taken back."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from urllib.parse import urlencode

import pytest
from command import run
from webservice import TOKEN, small_config

from watcher.app import utc_now
from watcher.config import load_config
from watcher.web.sessions import Sessions
from watcher.web.token import Token

URL = "https://news.example.org/w"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return small_config(tmp_path, URL)


def test_the_token_is_made_once_and_replaced_when_told(config: Path):
    first = run("token", "--config", config)
    assert (first.code, first.err, len(first.out.strip()) >= 32) == (0, "", True)
    assert run("token", "--config", config).out == first.out
    kept = config.parent / "data" / "service.token"
    assert (stat.S_IMODE(kept.stat().st_mode), kept.read_text()) == (0o600, first.out)
    other = run("token", "--new", "--config", config)
    assert other.out not in ("", first.out)
    assert run("token", "--config", config).out == other.out
    assert [file.name for file in kept.parent.iterdir()] == ["service.token"]


def test_a_token_of_the_environment_is_changed_there(config: Path):
    environ = {"WATCHER_SERVICE__TOKEN": TOKEN}
    assert run("token", "--config", config, env=environ).out == f"{TOKEN}\n"
    refused = run("token", "--new", "--config", config, env=environ)
    assert (refused.code, refused.out) == (1, "")
    assert "WATCHER_SERVICE__TOKEN" in refused.err
    assert TOKEN not in refused.err
    assert not (config.parent / "data").exists()


def test_a_token_that_cannot_be_kept_is_an_error_in_one_line(config: Path):
    (config.parent / "data").write_text("in the way")
    refused = run("token", "--config", config)
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)


def test_a_link_signs_in_once_and_holds_no_token(config: Path):
    shown = run("token", "--link", "--config", config)
    token = Token(load_config(config, {}))
    found = re.fullmatch(rf"{URL}/sign-in\?code=([\w.-]+)\n", shown.out)
    assert found is not None
    assert token.read() not in (None, found[1])
    assert urlencode({"code": found[1]}) == f"code={found[1]}", "nothing of it has to be escaped"
    sessions = Sessions(token, utc_now)
    assert sessions.take(found[1])
    assert not sessions.take(found[1])


def test_feeds_are_made_listed_and_revoked(config: Path):
    made = run("feeds", "add", "stories", "--name", "for  the\nphone", "--config", config)
    address = made.out.strip()
    assert re.fullmatch(rf"{URL}/f/1-[\w-]{{43}}", address)
    assert run("feeds", "add", "topic:nvidia", "--form", "json", "--config", config).code == 0
    plain = run("feeds", "list", "--config", config)
    assert address.rpartition("/")[2] not in plain.out
    rows = run("feeds", "list", "--json", "--addresses", "--config", config).rows()
    assert [(row["id"], row["feed"], row["form"], row["name"]) for row in rows] == [
        (1, "stories", "atom", "for the phone"),
        (2, "topic:nvidia", "json", ""),
    ]
    assert rows[0]["address"] == address
    assert run("feeds", "revoke", "1", "--config", config).code == 0
    (gone, _) = run("feeds", "list", "--json", "--addresses", "--config", config).rows()
    assert (gone["revoked"] is not None, gone["address"]) == (True, None)
    again = run("feeds", "revoke", "1", "--config", config)
    assert (again.code, "watcher feeds list" in again.err) == (1, True)


def test_a_feed_that_is_none_is_named_with_those_there_are(config: Path):
    refused = run("feeds", "add", "topic:other", "--config", config)
    assert refused.code == 2
    assert "editions, stories, saved, topic:nvidia" in refused.err
