"""One unit, from a WARC file to what is on a topic."""

from __future__ import annotations

import gzip
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.types import Outcome, Reason, TopicRule, Unit, Window
from watcher.units import Settings, work
from watcher.units import work as work_module

NOW = datetime(2026, 4, 1, tzinfo=UTC)
RULES = (TopicRule("nvidia", "Nvidia", ("Nvidia", "英伟达"), ("Hopper",), ("GPU",)),)
_SENTENCE = "The maker said on Monday that its new part would ship to customers in the second half of the year. "


def _page(title: str, text: str) -> bytes:
    paragraphs = "".join(f"<p>{text} {_SENTENCE}</p>" for _ in range(6))
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def _record(url: str, body: bytes, kind: str = "response", status: str = "200 OK") -> bytes:
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-01T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def _unit(folder: Path, data: bytes) -> Unit:
    path = folder / "a.warc.gz"
    path.write_bytes(data)
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), NOW)
    return Unit("crawl", "warc", path.name, window, url=str(path), end=len(data))


def test_a_unit_brings_what_is_on_a_topic_and_counts_the_rest(tmp_path: Path) -> None:
    data = b"".join(
        (
            _record("https://blatt.example/1", _page("Nvidia ships", "Nvidia spoke.")),
            _record("https://blatt.example/2", _page("Rain", "It rained all day.")),
            _record("https://blatt.example/3", b"", status="404 Not Found"),
            _record("https://blatt.example/4", b"", kind="revisit"),
            _record("https://blatt.example/5", _page("Painter", "Hopper painted the sea.")),
            _record("https://blatt.example/6", b"<html><p>Nvidia.</p></html>"),
            _record("https://blatt.example/7", _page("新品", "英伟达发布新品。")),
        )
    )
    unit = _unit(tmp_path, data)
    load = work(unit, Settings(RULES, NOW))
    assert [each.lead.url for each in load.brought] == ["https://blatt.example/1", "https://blatt.example/7"]
    assert load.brought[0].captured == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert [match.topic for match in load.brought[0].topics] == ["nvidia"]
    assert load.counts == {
        Outcome.OFF_TOPIC: 2,
        Outcome.UNREACHABLE: 1,
        Outcome.SEEN: 1,
        Outcome.TOO_SHORT: 1,
    }
    assert load.documents == 7
    assert load.bytes == len(data)
    assert load.trouble is None


def test_what_came_before_damage_is_brought_and_so_is_what_comes_behind(tmp_path: Path) -> None:
    good = [_record(f"https://blatt.example/{n}", _page("Nvidia ships", f"Nvidia spoke, {n}.")) for n in range(3)]
    broken = bytearray(good[1])
    broken[60:90] = bytes(30)
    load = work(_unit(tmp_path, good[0] + bytes(broken) + good[2]), Settings(RULES, NOW))
    assert [each.lead.url for each in load.brought] == ["https://blatt.example/0", "https://blatt.example/2"]
    assert load.trouble is not None
    assert load.trouble.reason is Reason.INCOMPLETE


def _deadly(*_: object) -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def test_a_page_that_kills_its_extractor_is_one_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"".join(_record(f"https://blatt.example/{n}", _page("Nvidia ships", f"No {n}.")) for n in range(3))
    unit = _unit(tmp_path, data)
    real = work_module.__globals__["read_page"]
    calls = iter((real, _deadly, real))
    monkeypatch.setitem(work_module.__globals__, "read_page", lambda: None)
    from watcher.workers import WorkerPool

    submit = WorkerPool.submit
    monkeypatch.setattr(WorkerPool, "submit", lambda pool, _, *args: submit(pool, next(calls), *args))
    load = work(unit, Settings(RULES, NOW))
    assert [each.lead.url for each in load.brought] == ["https://blatt.example/0", "https://blatt.example/2"]
    assert load.counts == {Outcome.UNREADABLE: 1}
