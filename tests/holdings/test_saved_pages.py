"""A folder of saved pages."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.holdings import PlaceError, held, pages, slices, units
from watcher.holdings.places import Place
from watcher.types import Capture, Source, Window

FILES = Path(__file__).parent / "files" / "pages"
WINDOW = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def captured(folder: Path) -> dict[str, Capture]:
    """Each page of a folder by its title or file."""
    found: list[Capture] = []
    for unit in units(Source("saved", str(folder), "pages"), WINDOW):
        found += held("pages").captures(unit)
    return {each.url: each for each in found}


def test_each_page_has_the_address_it_was_saved_from() -> None:
    assert set(captured(FILES)) == {
        "https://beispielblatt.example/technik/deepseek-v4-ascend-cluster",
        "https://morning-courier.example/business/nvidia-h20-orders?edition=eu",
        "https://courrier.example/puces/ascend-950?a=1&b=2",
        "https://jornal.example/deepseek-preco",
        "http://archive-post.example/2026/02/nvidia-blackwell.html",
        "https://noted.example/ascend-cloud",
        "https://noted.example/json",
        "https://tagesnotiz.example/wirtschaft/huawei-ascend-export",
        "https://kept.example/a-folder-that-belongs-to-no-page",
        "",
    }


def test_a_page_whose_address_nobody_knows_is_there_without_one() -> None:
    assert b"Somebody wrote about DeepSeek" in captured(FILES)[""].body


def test_when_a_page_was_saved_is_what_the_file_says_and_else_the_time_of_the_file(tmp_path: Path) -> None:
    copytree(FILES, tmp_path / "pages")
    os.utime(tmp_path / "pages" / "browser.html", (1_772_700_000, 1_772_700_000))
    found = captured(tmp_path / "pages")
    saved = {url: page.captured.isoformat() for url, page in found.items() if page.captured}
    assert saved["https://morning-courier.example/business/nvidia-h20-orders?edition=eu"] == "2026-03-04T12:30:00+00:00"
    assert saved["http://archive-post.example/2026/02/nvidia-blackwell.html"] == "2026-03-03T08:15:00+00:00"
    assert saved["https://tagesnotiz.example/wirtschaft/huawei-ascend-export"] == "2026-03-05T09:10:11+00:00"
    assert saved["https://noted.example/json"] == "2026-03-04T12:00:00+00:00"
    assert saved["https://beispielblatt.example/technik/deepseek-v4-ascend-cluster"] == "2026-03-05T08:40:00+00:00"


def test_the_page_in_an_mhtml_file_comes_decoded_and_without_its_style() -> None:
    page = captured(FILES)["https://tagesnotiz.example/wirtschaft/huawei-ascend-export"]
    assert "Ascend-Chips für Rechenzentren" in page.body.decode()
    assert b"color: red" not in page.body
    assert page.headers == (("Content-Type", "text/html"),)


def test_packed_pages_are_unpacked_and_damaged_ones_lose_nothing_else(tmp_path: Path) -> None:
    page = (FILES / "browser.html").read_bytes()
    for number in range(3):
        body = gzip.compress(page.replace(b"cluster", b"cluster-%d" % number) + b"<p>more</p>" * 10_000)
        (tmp_path / f"{number}.html.gz").write_bytes(body if number != 1 else body[:-20])
    (tmp_path / "3.html.gz").write_bytes(b"\x1f\x8b broken from the start")
    (tmp_path / "4.html").write_bytes(b"")
    (tmp_path / "5.mhtml").write_bytes(b"no mail at all")
    (tmp_path / "6.mht").write_bytes((FILES / "blink.mhtml").read_bytes()[:700])
    (tmp_path / "7.html").write_bytes("<!-- saved from url=(0020)https://a.example/16 -->".encode("utf-16"))
    found = [
        each for unit in units(Source("saved", str(tmp_path), "pages"), WINDOW) for each in held("pages").captures(unit)
    ]
    assert len(found) == 8
    base = "https://beispielblatt.example/technik/deepseek-v4-ascend-cluster"
    assert [each.url for each in found] == [
        f"{base}-0", f"{base}-1", f"{base}-2", "", "", "",
        "https://tagesnotiz.example/wirtschaft/huawei-ascend-export", "https://a.example/16",
    ]  # fmt: skip
    assert [bool(each.body) for each in found] == [True, True, True, False, False, False, True, True]


def test_a_page_saved_from_an_archive_is_the_page_that_was_archived(tmp_path: Path) -> None:
    said = "<!-- saved from url=(0073)https://web.archive.org/web/20260304101112/https://blatt.example/a?b=1 -->"
    (tmp_path / "a.html").write_text(said)
    found = captured(tmp_path)["https://blatt.example/a?b=1"]
    assert found.captured == datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)


def test_pictures_within_a_large_page_are_left_out(tmp_path: Path) -> None:
    picture = b'<img src="data:image/png;base64,' + b"iVBORw0KGgo" * 500_000 + b'">'
    page = b"<!-- saved from url=(0021)https://a.example/pic -->" + picture + b"<p>The text behind it.</p>"
    (tmp_path / "a.html").write_bytes(page)
    (only,) = captured(tmp_path).values()
    assert len(only.body) < 300
    assert b"The text behind it." in only.body


@pytest.mark.parametrize(
    "start",
    [
        "<meta ",
        "<link rel=canonical ",
        '<meta content="',
        "<!-- saved from url=(",
        "<!--\n Page saved with SingleFile ",
    ],
)
def test_a_page_of_openings_without_an_end_takes_no_time(start: str) -> None:
    begun = datetime.now(UTC)
    pages.said(start * (2_000_000 // len(start)))
    assert (datetime.now(UTC) - begun).total_seconds() < 5


# --- slices ---


@given(st.lists(st.text("abcdef", min_size=1, max_size=6), unique=True, max_size=60), st.data())
def test_slices_hold_each_file_once_and_a_new_file_changes_one_slice(names: list[str], data: st.DataObject) -> None:
    files = [Place(f"/p/{name}.html", 1) for name in sorted(names)]
    before = list(slices.cut(files))
    assert [file for each in before for file in each.files] == files
    new = data.draw(st.text("ghij", min_size=1, max_size=6))
    after = list(slices.cut(sorted([*files, Place(f"/p/{new}.html", 1)], key=lambda file: file.address)))
    gone = {each.name for each in before} - {each.name for each in after}
    assert len(gone) <= 1


def test_thousands_of_files_are_cut_into_slices_of_some_hundred() -> None:
    files = [Place(f"/pages/{number:06}.html", 10) for number in range(20_000)]
    sizes = [len(each.files) for each in slices.cut(files)]
    assert max(sizes) <= slices.MOST
    assert 60 <= len(sizes) <= 160


def test_pages_that_are_all_called_alike_are_cut_by_their_folders() -> None:
    files = [Place(f"/archive/{number}/index.html", 10) for number in range(5_000)]
    names = [each.name for each in slices.cut(files)]
    assert 12 <= len(names) <= 60
    moved = [Place(f"/elsewhere/{file.address.removeprefix('/archive/')}", 10) for file in files]
    assert [len(each.files) for each in slices.cut(moved)] == [len(each.files) for each in slices.cut(files)]


def test_a_folder_that_changed_since_it_was_planned_is_told_by_the_slice_it_changed(tmp_path: Path) -> None:
    copytree(FILES, tmp_path / "pages")
    planned = units(Source("saved", str(tmp_path / "pages"), "pages"), WINDOW)
    estimates = [held("pages").estimate(unit) for unit in planned]
    assert sum(each.documents or 0 for each in estimates) == 10
    files = (tmp_path / "pages").glob("*")
    kept = tmp_path / "pages" / "notes_files" / "kept.html"
    sizes = [file.stat().st_size for file in (*files, kept) if file.suffix not in ("", ".url", ".json")]
    assert sum(each.bytes or 0 for each in estimates) == sum(sizes)
    (tmp_path / "pages" / "nobody-knows.html").unlink()
    told: list[PlaceError] = []
    for unit in planned:
        try:
            list(held("pages").captures(unit))
        except PlaceError as error:
            told.append(error)
    assert len(told) == 1
    assert "changed since the work was planned" in str(told[0])
