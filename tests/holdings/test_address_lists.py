"""Files of addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.holdings import PlaceError, listed, units
from watcher.holdings import urls as lists
from watcher.types import Lead, Reason, Source, Window

FILES = Path(__file__).parent / "files" / "urls"
WINDOW = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def leads(path: Path) -> list[Lead]:
    planned = units(Source("list", str(path), "urls"), WINDOW)
    return [lead for unit in planned for lead in listed("urls").leads(unit)]


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


def test_one_address_a_line_with_or_without_a_date_and_every_line_has_an_end() -> None:
    found = leads(FILES / "plain.txt")
    base = "https://beispielblatt.example"
    assert [(each.url, each.published) for each in found] == [
        (f"{base}/a", None),
        (f"{base}/b?x=1,2", day(4)),
        (f"{base}/c", day(5).replace(hour=10)),
        (f"{base}/d", None),
        (None, None),
        (None, None),
    ]
    assert [each.link for each in found[4:]] == ["www.beispielblatt.example/no-scheme", "just words"]


def test_a_table_is_read_by_the_names_of_its_columns_and_an_open_quote_swallows_nothing() -> None:
    found = leads(FILES / "table.csv")
    assert [(each.url, each.title, each.published, each.language) for each in found] == [
        ("https://courier.example/1", "Nvidia, again", day(4), "en"),
        ("https://courier.example/2", "An open quote", day(5), "en"),
        ("https://courier.example/3", "Third", None, "pt"),
    ]
    (only,) = leads(FILES / "table.tsv")
    assert (only.url, only.published) == ("https://courier.example/t1", day(6))


def test_json_lines_and_bookmarks_are_read_and_what_is_no_address_is_a_lead_without_one() -> None:
    found = leads(FILES / "lines.jsonl")
    assert [each.url and each.url[-2:] for each in found] == ["j1", "j2", "j3", None, None]
    assert (found[0].published, found[1].language, found[1].outlet) == (
        day(4).replace(hour=12),
        "zh",
        "Morning Courier",
    )
    marks = leads(FILES / "bookmarks.html")
    assert [(each.url, each.title) for each in marks] == [
        ("https://courier.example/bm1?a=1&b=2", "First & only"),
        (None, "A script"),
    ]


def test_a_cell_may_hold_line_breaks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('title,url\n"two\nlines",https://a.example/1\nx,https://a.example/2\n')
    assert [each.url for each in leads(tmp_path / "a.csv")] == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_list_is_read_in_the_encodings_that_programs_write(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("url;titel\nhttps://a.example/1;Börse\n", encoding=encoding)
    assert [(each.url, each.title) for each in leads(tmp_path / "a.csv")] == [("https://a.example/1", "Börse")]


def test_slices_keep_their_names_when_addresses_are_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SLICE", 3)
    source = Source("list", str(tmp_path / "a.txt"), "urls")

    def planned(count: int) -> list[str]:
        (tmp_path / "a.txt").write_text("".join(f"https://a.example/{number}\n" for number in range(count)))
        assert len(leads(tmp_path / "a.txt")) == count
        return [unit.name for unit in units(source, WINDOW)]

    before, after = planned(8), planned(20)
    assert (len(before), len(after)) == (3, 7)
    assert after[:2] == before[:2]
    assert before[2] not in after
    (tmp_path / "a.txt").write_text("".join(f"https://b.example/{number}\n" for number in range(8)))
    assert not {unit.name for unit in units(source, WINDOW)} & set(before)


def test_an_estimate_counts_requests_and_hosts() -> None:
    (unit,) = units(Source("list", str(FILES / "plain.txt"), "urls"), WINDOW)
    found = listed("urls").estimate(unit)
    assert (found.documents, found.requests, found.hosts) == (6, 4, {"beispielblatt.example:443"})


def test_what_is_no_list_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x7fELF\0\0\0\0" * 100)
    with pytest.raises(PlaceError, match="a binary file") as raised:
        leads(tmp_path / "a.txt")
    assert raised.value.trouble.reason is Reason.UNREADABLE
    (tmp_path / "b.txt").write_bytes(b"")
    assert leads(tmp_path / "b.txt") == []


@given(st.text(max_size=200), st.sampled_from(["", "url,date\n", "[", '{"', "<!DOCTYPE NETSCAPE-Bookmark-file-1>"]))
def test_whatever_stands_in_a_list_each_row_is_a_lead(text: str, start: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        file = Path(folder, "a.txt")
        file.write_text(start + text.replace("\0", ""), encoding="utf-8", errors="replace")
        assert all(isinstance(each, Lead) for each in leads(file))
