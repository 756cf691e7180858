"""Corrections and marks, by page and by command, then a rebuild: all stick, none leaks, undo leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import command
import pytest
from marked import BRIDGE, CHIPS, DAILY, LIBRARY, ORCHARD, PAPER, told
from newsroom import MONDAY, article, put
from webservice import Service, running, small_config

from watcher.app import judge_of, rules_of
from watcher.config import load_config
from watcher.publish import preview
from watcher.store import SqlStore

HOUR = timedelta(hours=1)


@dataclass
class House:
    """A running service, the commands beside it, and the archive that both write, by the clock of the world."""

    service: Service
    config: Path
    store: SqlStore

    def run(self, *words: object) -> list[Any]:
        done = command.run(*map(str, words), "--config", self.config)
        assert done.code == 0, done
        return done.rows() if "--json" in words else []

    def do(self, verb: str, **fields: str) -> None:
        self.service.now[0] = datetime.now(UTC)
        answer = self.service.post(f"/do/{verb}", back="/marks", **fields)
        assert (answer.status, answer.headers.get("location")) == (303, "/marks"), answer.text

    def number(self, name: str) -> str:
        stored = self.store.article(f"https://{name}.example/1")
        assert stored is not None
        return str(stored.id)

    def grouped(self) -> set[str]:
        stories = self.store.stories(99)
        return {"".join(sorted(each.article.url[8] for each in one.articles)) for one in stories}

    def next(self) -> tuple[set[str], dict[str, int]]:
        """What the next edition would tell, and what is kept from it; changes nothing."""
        now = datetime.now(UTC)
        edition = preview(self.store, PAPER, DAILY, now.date(), now - 48 * HOUR, now)
        return told(edition), dict(edition.footer.kept)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with running(tmp_path) as service:
        config = load_config(small_config(tmp_path), {"TZ": "UTC"})
        since = (datetime.now(UTC) - MONDAY) / HOUR
        with service.store.writing() as writer:
            for back, (name, text) in enumerate(
                [("a", CHIPS), ("b", CHIPS), ("c", CHIPS), ("p", BRIDGE), ("q", BRIDGE), ("x", ORCHARD), ("z", LIBRARY)]
            ):
                put(writer, article(name, text, since - 20 + back), rules=rules_of(config), judge=judge_of(config))  # type: ignore[arg-type]
        service.now[0] = datetime.now(UTC)
        yield House(service, tmp_path / "config.toml", service.store)


def test_through_page_and_command_line_then_a_rebuild_all_stick_and_none_leaks(house: House):
    assert house.grouped() == {"abc", "pq", "x", "z"}
    before, everything = list(house.store.export()), house.next()
    house.do("split", article=house.number("a"), **{f"article.{house.number('c')}": "on"})
    house.do("merge", article=house.number("p"), other=f"article:{house.number('x')}")
    house.run("hide", "--outlet", "Q")
    house.do("known", article=house.number("c"))
    house.run("mute", f"article:{house.number('a')}")
    assert house.grouped() == {"ab", "c", "pqx", "z"}
    said = house.next()
    assert said == ({"px", "z"}, {"hide": 1, "known": 1, "mute": 1})
    house.run("stories", "rebuild")
    assert house.grouped() == {"ab", "c", "pqx", "z"}
    assert house.next() == said
    # Everything is taken back, half by page, half by command.
    marks = house.run("marks", "--json")
    assert [(each["kind"], each["state"]) for each in marks] == [
        ("mute", "holds"), ("known", "holds"), ("hide", "holds"),
    ]  # fmt: skip
    corrections = house.run("stories", "corrections", "--json")
    house.do("undo", mark=str(marks[0]["id"]))
    house.run("known", f"article:{house.number('c')}", "--undo")
    house.run("hide", "--outlet", "Q", "--undo")
    house.run("stories", "undo", corrections[0]["id"])
    house.do("uncorrect", correction=str(corrections[1]["id"]))
    house.run("stories", "rebuild")
    assert list(house.store.export()) == before
    assert house.next() == everything
    assert {each["state"] for each in house.run("marks", "--json")} == {"undone"}
    assert house.run("stories", "corrections", "--json") == []
