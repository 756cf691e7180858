"""What feed readers export."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.holdings import PlaceError, listed, units
from watcher.types import Lead, Reason, Source, Unit, Window

FILES = Path(__file__).parent / "files" / "export"
WINDOW = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def planned(path: Path, window: Window = WINDOW) -> tuple[Unit, ...]:
    return units(Source("read", str(path), "export"), window)


def leads(path: Path) -> list[Lead]:
    return [lead for unit in planned(path) for lead in listed("export").leads(unit)]


def test_miniflux_entries_are_leads_with_their_texts_and_outlets() -> None:
    first, second, third = leads(FILES / "miniflux.json")
    assert first.url == "https://courier.example/deepseek-prices"
    assert first.published == datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
    assert first.content == "DeepSeek has cut the price of its R2 model."
    assert (first.outlet, first.outlet_url) == ("Morning Courier", "https://courier.example/")
    assert second.published == datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    assert (third.url, third.published) == (None, None)


def test_freshrss_is_read_with_the_address_its_publisher_gives() -> None:
    first, second = leads(FILES / "freshrss.json")
    assert (first.url, first.title) == ("https://blatt.example/ascend", "Huawei & Ascend")
    assert first.published == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert (second.url, second.content) == ("https://blatt.example/two", "Short")


def test_feedly_is_read_with_its_milliseconds_and_not_dated_by_when_it_was_saved() -> None:
    (only,) = leads(FILES / "feedly.json")
    assert (only.url, only.language, only.content) == ("https://post.example/nvidia-h20", "en", "A longer text")
    assert only.published == datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_units_are_days_of_publication_oldest_first_and_what_has_no_date_is_one_more() -> None:
    assert [unit.name.partition(" ")[0] for unit in planned(FILES / "*.json")] == [
        "2026-03-04",
        "2026-03-05",
        "undated",
    ]
    later = Window(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
    assert [unit.name.partition(" ")[0] for unit in planned(FILES / "freshrss.json", later)] == ["2026-03-05"]


def test_a_day_that_got_more_articles_has_another_name_and_the_others_keep_theirs(tmp_path: Path) -> None:
    data = json.loads((FILES / "freshrss.json").read_text())
    (tmp_path / "a.json").write_text(json.dumps(data))
    before = [unit.name for unit in planned(tmp_path / "a.json")]
    data["items"].append(data["items"][1] | {"title": "One more", "alternate": [{"href": "https://blatt.example/3"}]})
    (tmp_path / "a.json").write_text(json.dumps(data))
    after = [unit.name for unit in planned(tmp_path / "a.json")]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_the_zip_that_freshrss_makes_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feeds_2026-03-04.opml.xml", "<opml/>")
        archive.write(FILES / "freshrss.json", "starred_2026-03-04.json")
        archive.write(FILES / "feedly.json", "feed_2026-03-04_1_2.json")
    assert len(leads(tmp_path / "export.zip")) == 3
    body = (tmp_path / "export.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(body[:-100])
    with pytest.raises(PlaceError, match="a damaged zip file") as raised:
        leads(tmp_path / "cut.zip")
    assert raised.value.trouble.reason is Reason.INCOMPLETE


def test_a_bare_list_and_answers_put_below_each_other_are_read(tmp_path: Path) -> None:
    data = json.loads((FILES / "miniflux.json").read_text())
    (tmp_path / "list.json").write_text(json.dumps(data["entries"]))
    assert len(leads(tmp_path / "list.json")) == 3
    (tmp_path / "pages.json").write_text(json.dumps(data) + "\n" + json.dumps(data) + "\n")
    assert len(leads(tmp_path / "pages.json")) == 6


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1, 2]", b'{"a": 1}', b"null", b"<opml/>", b'{"items": [{"no": 1}]}', b"[" * 100_000],
    ids=["empty", "cut", "numbers", "other", "null", "opml", "no articles", "deep"],
)
def test_what_is_no_export_is_told(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(body)
    with pytest.raises(PlaceError, match="expected what Miniflux, FreshRSS or Feedly export") as raised:
        leads(tmp_path / "a.json")
    assert raised.value.trouble.reason is Reason.UNREADABLE


def test_an_export_that_is_cut_off_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes((FILES / "miniflux.json").read_bytes()[:-40])
    with pytest.raises(PlaceError, match="cut off"):
        leads(tmp_path / "a.json")


def test_wrong_values_in_an_entry_cost_that_value_and_no_more(tmp_path: Path) -> None:
    rows = [
        {"title": ["x"], "url": 5, "published_at": {}, "content": 7, "feed": "y", "author": None, "language": 3},
        {"title": "ok", "url": "https://a.example/1", "published": 1e300, "content": {"content": None}},
        {"title": "ok", "canonical": [None, "x", {"href": 5}], "alternate": {"href": "y"}, "published": True},
        "no entry at all",
        {"title": "empty", "url": "https://a.example/2", "published": -5, "origin": {"title": {}}},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"entries": rows}))
    assert [each.url for each in leads(tmp_path / "a.json")] == [
        None, "https://a.example/1", None, None, "https://a.example/2",
    ]  # fmt: skip


def test_an_empty_export_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"total": 0, "entries": []}')
    assert planned(tmp_path / "a.json") == ()


def test_what_nobody_read_or_starred_is_left_out_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "miniflux.json"
    rows = [("read", False), ("unread", True), ("unread", False)]
    entries = ",".join(
        f'{{"url": "https://a.example/{place}", "title": "x", "status": "{status}", "starred": {str(starred).lower()}}}'
        for place, (status, starred) in enumerate(rows)
    )
    file.write_text(f'{{"total": 3, "entries": [{entries}]}}')
    assert [lead.url for lead in leads(file)] == ["https://a.example/0", "https://a.example/1"]
    assert listed("export").notes(Source("x", str(file), "export")) == (  # type: ignore[attr-defined]  # of exports alone
        "1 entries were neither read nor starred, and are left out",
    )


def test_entities_in_an_address_of_google_readers_shape_are_read(tmp_path: Path) -> None:
    file = tmp_path / "starred.json"
    file.write_text('{"items": [{"title": "x", "canonical": [{"href": "https://a.example/a?x=1&amp;y=2"}]}]}')
    assert [lead.url for lead in leads(file)] == ["https://a.example/a?x=1&y=2"]
