"""CC-NEWS by date range, on a loopback mirror."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from origin import Answer, Origin

from watcher.holdings import PlaceError, ccnews, units
from watcher.types import Reason, Source, Unit, Window


def path(stamp: str, number: int = 1) -> str:
    return f"crawl-data/CC-NEWS/{stamp[:4]}/{stamp[4:6]}/CC-NEWS-{stamp}-{number:05}.warc.gz"


def index(*lines: str) -> bytes:
    return gzip.compress("".join(line + "\n" for line in lines).encode(), mtime=0)


def window(since: str, until: str) -> Window:
    return Window(*(datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (since, until)))


def planned(base: str, span: Window) -> tuple[Unit, ...]:
    return units(Source("cc", base, "ccnews"), span)


@pytest.fixture
def mirror(origin: Origin) -> Origin:
    february = [path(f"202602{day:02}060000", day) for day in range(1, 29)]
    march = [path(f"202603{day:02}060000", day) for day in range(1, 32)]
    origin.on("/cc/crawl-data/CC-NEWS/2026/02/warc.paths.gz", Answer(body=index(*february)))
    origin.on("/cc/crawl-data/CC-NEWS/2026/03/warc.paths.gz", Answer(body=index(*march)))
    return origin


def days(found: tuple[Unit, ...]) -> list[str]:
    return [unit.name.removeprefix("CC-NEWS-")[:8] for unit in found]


def test_files_from_the_day_before_to_a_week_after_the_window_are_read_oldest_first(mirror: Origin) -> None:
    found = planned(mirror.url + "/cc", window("2026-03-04", "2026-03-05"))
    assert days(found) == [f"202603{day:02}" for day in range(3, 12)]
    assert found[0].url == f"{mirror.url}/cc/{path('20260303060000', 3)}"
    assert found[0].window == window("2026-03-04", "2026-03-05")


def test_the_names_of_units_are_those_of_the_files_whatever_mirror_has_them(mirror: Origin, tmp_path: Path) -> None:
    for month in ("02", "03"):
        folder = tmp_path / "crawl-data/CC-NEWS/2026" / month
        folder.mkdir(parents=True)
        body = index(*(path(f"2026{month}{day:02}060000", day) for day in range(1, 29)))
        (folder / "warc.paths.gz").write_bytes(body)
    span = window("2026-03-01", "2026-03-03")
    here, there = planned(str(tmp_path), span), planned(mirror.url + "/cc/", span)
    assert here != there
    assert [unit.name for unit in here] == [unit.name for unit in there]
    assert here[0].url.startswith(f"{tmp_path}/crawl-data/CC-NEWS/2026/02/")


def test_a_month_that_has_not_begun_has_no_index_and_is_no_fault(mirror: Origin) -> None:
    assert days(planned(mirror.url + "/cc", window("2026-03-30", "2026-04-20"))) == ["20260329", "20260330", "20260331"]


def test_a_mirror_of_some_months_needs_no_month_before_the_window(mirror: Origin) -> None:
    mirror.on("/cc/crawl-data/CC-NEWS/2026/02/warc.paths.gz", Answer(status=404))
    assert days(planned(mirror.url + "/cc", window("2026-03-01", "2026-03-02")))[0] == "20260301"


def test_a_month_that_is_missing_before_another_is_told(mirror: Origin) -> None:
    mirror.on("/cc/crawl-data/CC-NEWS/2026/02/warc.paths.gz", Answer(status=403))
    with pytest.raises(PlaceError, match=r"2026/02/warc\.paths\.gz: the server answered 403"):
        planned(mirror.url + "/cc", window("2026-02-10", "2026-03-02"))


def test_where_nothing_answers_the_trouble_is_told(origin: Origin) -> None:
    with pytest.raises(PlaceError, match="404"):
        planned(origin.url, window("2026-03-04", "2026-03-05"))


def test_a_server_that_fails_is_no_month_without_an_index(mirror: Origin) -> None:
    mirror.on("/cc/crawl-data/CC-NEWS/2026/03/warc.paths.gz", Answer(status=500))
    with pytest.raises(PlaceError, match="500"):
        planned(mirror.url + "/cc", window("2026-02-10", "2026-02-26"))


def test_a_server_that_is_not_there_is_no_month_without_an_index(origin: Origin) -> None:
    origin.close()
    with pytest.raises(PlaceError, match="the connection broke"):
        planned(origin.url, window("2026-03-04", "2026-03-05"))


def test_junk_in_the_index_is_passed_over(origin: Origin) -> None:
    good = path("20260304120000", 9)
    junk = [
        "", "  ", "# comment", "crawl-data/CC-NEWS/2026/03/CC-NEWS-20261304120000-00001.warc.gz",
        "../../etc/passwd", "crawl-data/../CC-NEWS-20260304120000-00002.warc.gz", "https://evil.example/" + good,
        "crawl-data/CC-MAIN-2026-10/x.warc.gz", "\x00\xff" * 40, good + ".exe", "a" * 100_000, good, good,
    ]  # fmt: skip
    origin.on("/crawl-data/CC-NEWS/2026/03/warc.paths.gz", Answer(body=index(*junk)))
    found = planned(origin.url, window("2026-03-04", "2026-03-05"))
    assert [unit.url for unit in found] == [f"{origin.url}/{good}"]


@pytest.mark.parametrize("body", [b"<html>a login</html>", index("nothing", "of", "this")], ids=["a page", "a list"])
def test_what_is_no_index_is_told(body: bytes, origin: Origin) -> None:
    origin.on("/crawl-data/CC-NEWS/2026/03/warc.paths.gz", Answer(body=body))
    with pytest.raises(PlaceError, match="no index of CC-NEWS files") as raised:
        planned(origin.url, window("2026-03-04", "2026-03-05"))
    assert raised.value.trouble.reason is Reason.UNREADABLE


def test_an_index_that_is_cut_off_is_told_and_not_taken_for_whole(origin: Origin) -> None:
    lines = [path(f"202603{day:02}{hour:02}0000", day) for day in range(1, 29) for hour in range(24)]
    origin.on("/crawl-data/CC-NEWS/2026/03/warc.paths.gz", Answer(body=index(*lines)[:-200]))
    with pytest.raises(PlaceError, match="end too early"):
        planned(origin.url, window("2026-03-04", "2026-03-05"))


def test_nothing_is_asked_of_months_before_there_was_any(origin: Origin) -> None:
    assert planned(origin.url, window("2015-01-01", "2015-02-01")) == ()
    assert origin.log == []


def test_the_public_archive_is_the_base_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(address: str) -> None:
        asked.append(address)
        raise PlaceError(ccnews.trouble(Reason.STATUS, "none", 404))

    monkeypatch.setattr(ccnews.places, "unpacked", refuse)
    with pytest.raises(PlaceError):
        planned("", window("2026-03-04", "2026-03-05"))
    assert asked == ["https://data.commoncrawl.org/crawl-data/CC-NEWS/2026/03/warc.paths.gz"]


def test_an_estimate_counts_a_gigabyte_for_a_file_and_asks_nobody(mirror: Origin) -> None:
    (first, *_) = planned(mirror.url + "/cc", window("2026-03-04", "2026-03-05"))
    before = len(mirror.log)
    found = ccnews.estimate(first)
    assert (found.bytes, found.hosts, found.requests) == (2**30, frozenset({mirror.host_port}), 1)
    assert len(mirror.log) == before
