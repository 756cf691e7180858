"""What a backfill would take, reckoned from little: some of many files, the first megabytes of a large one."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from scripted import START, Stage

from watcher.backfill import Asked, Plan, planned
from watcher.backfill.estimating import Forecast, Means, forecasts
from watcher.cli.ways import way_of
from watcher.holdings import places
from watcher.types import Estimate, Source, Window

PAST = Window(START.replace(year=2020), START)


@pytest.fixture
def stage(tmp_path: Path):
    made = Stage(tmp_path)
    yield made
    made.store.close()


def record(number: int, size: int = 300) -> bytes:
    letters = random.Random(number).randbytes(size).hex()
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{letters}</p>".encode()
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-03-01T10:00:00Z\r\n"
        f"WARC-Target-URI: https://blatt.example/{number}\r\nContent-Type: application/http\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def plan(stage: Stage, way: str, address: Path | str) -> Plan:
    return planned(stage.store, [Asked(Source("files", str(address), way), (way_of(way),))], PAST)


def told(found: Plan, pace: float | None = None, processes: int = 1) -> Forecast:
    def nobody(_task: object) -> Estimate:
        raise AssertionError("nobody is asked for a file")

    (each,) = forecasts(found, nobody, Means(2.0, lambda _: pace, processes, lambda: 0.0))
    return each


@pytest.mark.parametrize("packed", [True, False])
def test_of_a_large_warc_only_the_beginning_is_read(stage: Stage, tmp_path: Path, packed: bool) -> None:
    records = [record(number, 40_000) for number in range(200)]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
    assert path.stat().st_size > places.FIRST
    found = told(plan(stage, "warc", path)).estimate
    assert found is not None
    assert found.about
    assert found.documents == pytest.approx(200, rel=0.03)
    assert found.bytes == path.stat().st_size
    assert found.seconds is not None


def test_of_a_small_one_all_is_counted_and_nothing_is_about(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(gzip.compress(record(number)) for number in range(7)))
    found = told(plan(stage, "warc", path)).estimate
    assert found is not None
    assert (found.documents, found.about, found.requests, found.hosts) == (7, False, 0, frozenset())


@pytest.mark.parametrize(
    "body", [b"", b"<html>no such file</html>", gzip.compress(b"no such file")], ids=["empty", "html", "gzip"]
)
def test_what_is_no_warc_file_is_said_beforehand(stage: Stage, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(body)
    found = told(plan(stage, "warc", path))
    assert found.estimate is None
    assert found.lasting
    assert found.trouble is not None
    assert "no WARC file" in found.trouble.text


@pytest.mark.parametrize("way", ["warc", "mbox"])
def test_of_many_files_some_are_opened(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    letter = b"From a@blatt.example Wed Mar  4 12:00:00 2026\nSubject: Nvidia\n\nShips.\n\n"
    for number in range(60):
        name = tmp_path / f"{number:03}.{'warc' if way == 'warc' else 'mbox'}"
        name.write_bytes(record(number) * 2 if way == "warc" else letter * 3)
    found = plan(stage, way, tmp_path / f"*.{way}")
    opened: list[str] = []
    real = places.opened

    def counting(address: str, first: int = 0, end: int | None = None):
        opened.append(address)
        return real(address, first, end)

    monkeypatch.setattr(places, "opened", counting)
    estimate = told(found).estimate
    assert estimate is not None
    assert len(opened) == 20
    assert opened[-1].endswith(f"059.{way}"), "from the first to the last"
    assert estimate.about
    assert estimate.documents == pytest.approx(120 if way == "warc" else 180, rel=0.05)


def test_the_pace_that_was_measured_here_is_better_than_any_other(stage: Stage, tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.warc.gz").write_bytes(gzip.compress(record(number, 50_000)))
    found = plan(stage, "warc", tmp_path / "*.warc.gz")
    size = sum(task.unit.end or 0 for task in found.tasks)
    here = told(found, pace=size / 100.0).estimate
    one, two = told(found).estimate, told(found, processes=2).estimate
    assert here is not None
    assert one is not None
    assert two is not None
    assert here.seconds == pytest.approx(100)
    assert one.seconds is not None
    assert two.seconds is not None
    assert one.seconds > two.seconds, "two processes read side by side"


def test_a_packed_mailbox_is_counted_by_what_of_it_can_be_unpacked(stage: Stage, tmp_path: Path) -> None:
    def letter(number: int) -> bytes:
        words = random.Random(number).randbytes(30_000).hex().encode()
        return b"From a@blatt.example Wed Mar  4 12:00:00 2026\nSubject: Nvidia\n\n" + words + b"\n\n"

    path = tmp_path / "a.mbox.gz"
    path.write_bytes(gzip.compress(b"".join(map(letter, range(200))), 1))
    assert path.stat().st_size > places.FIRST
    found = told(plan(stage, "mbox", path)).estimate
    assert found is not None
    assert found.about
    assert found.documents == pytest.approx(200, rel=0.05)
    assert found.bytes == path.stat().st_size
