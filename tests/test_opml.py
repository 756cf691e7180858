"""Lists of sources, from anybody's hand and back."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pace import bearable

from watcher.errors import ReadError
from watcher.opml import MOST_LEVELS, Outline, Outlines, plain, read_outlines, write_outlines

FILES = Path(__file__).parent / "opml"


def opml(body: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return f"{head}<opml version='2.0'><head/><body>{body}</body></opml>".encode()


def rows(body: str) -> tuple[Outline, ...]:
    return read_outlines(opml(body)).rows


TEXT = st.text(max_size=12)
NAMES = st.lists(TEXT, max_size=3).map(tuple)
OWN = st.dictionaries(
    st.sampled_from(["id", "kind", "role", "interval", "topics", "most"]),
    TEXT | st.integers() | st.booleans() | st.lists(TEXT, max_size=3) | st.just("json:x") | st.just(" padded "),
    max_size=3,
)
OUTLINE = st.builds(
    Outline,
    url=st.integers(0, 10**6).map(lambda number: f"https://blatt.example/{number}?a=1&b='2'#報"),
    title=TEXT,
    site=st.sampled_from(["", "https://blatt.example/?x=1&y=2"]),
    language=st.sampled_from(["", "de", "zh"]),
    folder=NAMES,
    own=OWN,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(st.lists(OUTLINE, max_size=6), TEXT)
def test_what_is_written_comes_back_equal_to_the_byte(outlines: list[Outline], title: str):
    written = write_outlines(outlines, title)
    found = read_outlines(written.encode())
    assert found.warnings == ()
    assert write_outlines(found.rows, title) == written
    assert sorted(row.url for row in found.rows) == sorted(row.url for row in outlines)


@given(TEXT)
def test_a_plain_text_stays_as_it_is(text: str):
    assert plain(plain(text)) == plain(text)


@given(st.binary(max_size=300) | TEXT.map(str.encode) | TEXT.map(opml))
def test_any_bytes_are_a_list_or_one_error(body: bytes):
    with contextlib.suppress(ReadError):
        assert isinstance(read_outlines(body), Outlines)


@pytest.mark.parametrize("file", sorted(FILES.glob("*.opml")), ids=lambda file: file.stem)
def test_a_list_of_another_reader_is_read_whole(file: Path):
    found = read_outlines(file.read_bytes())
    shown = "".join(f"{'/'.join(row.folder)}|{row.title}|{row.url}|{row.site}|{row.language}\n" for row in found.rows)
    assert shown == file.with_suffix(".txt").read_text("utf-8")


def test_names_in_any_case_and_old_versions_are_read():
    body = b"<OPML VERSION='1.0'><BODY><OUTLINE TEXT='A' XMLURL='https://a.example/' HtmlUrl='https://b.example/'/></BODY></OPML>"
    (row,) = read_outlines(body).rows
    assert (row.title, row.url, row.site) == ("A", "https://a.example/", "https://b.example/")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_its_encoding_is_no_matter(encoding: str):
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?><opml><body><outline title="Überblick" xmlUrl="x"/></body></opml>'
    (row,) = read_outlines(text.encode(encoding)).rows
    assert row.title == "Überblick"


def test_a_bare_ampersand_is_mended_and_said():
    found = read_outlines(
        opml('<outline text="Q & A &nbsp; &eacute;&amp;&#233;" xmlUrl="https://a.example/?a=1&b=2"/>')
    )
    assert [(row.title, row.url) for row in found.rows] == [("Q & A é&é", "https://a.example/?a=1&b=2")]
    assert "line 1" in found.warnings[0]


@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE opml [<!ENTITY x "boom">]>', '<!DOCTYPE opml SYSTEM "file:///etc/passwd">', "<!DOCTYPE opml>"],
)
def test_a_document_type_is_refused_and_no_entity_is_expanded(declared: str):
    with pytest.raises(ReadError, match="DOCTYPE"):
        read_outlines(opml('<outline text="&x;" xmlUrl="https://a.example/"/>', declared))
    (row,) = rows('<outline text="&x;" xmlUrl="https://a.example/"/>')
    assert row.title == "&x;"


@pytest.mark.parametrize("body", [b"", b" ", b"<rss/>", b"{}", b"<html><body>", b"<opml><body>", b"<opml></body>"])
def test_what_is_no_opml_is_one_error(body: bytes):
    with pytest.raises(ReadError):
        read_outlines(body)


def test_folders_are_kept_to_a_depth_and_a_thousand_of_them_cost_nothing():
    inner = '<outline text="A" xmlUrl="https://a.example/"/>'
    (row,) = rows(f'<outline text="x"><outline title="y/z">{inner}</outline></outline>')
    assert row.folder == ("x", "y/z")
    started = time.process_time()
    deep = opml('<outline text="f">' * 1000 + inner + "</outline>" * 1000)
    found = read_outlines(deep)
    assert len(found.rows[0].folder) == MOST_LEVELS
    assert len(found.warnings) == 1
    with pytest.raises(ReadError):
        read_outlines(b"<opml>" + b"<outline>" * 300_000)
    assert time.process_time() - started < bearable(5)


def test_a_category_is_a_folder_where_there_is_none():
    (row,) = rows('<outline text="A" xmlUrl="https://a.example/" category="/Tech/AI,/News"/>')
    assert row.folder == ("Tech", "AI")
    (row,) = rows('<outline text="x"><outline text="A" xmlUrl="https://a.example/" category="/Tech"/></outline>')
    assert row.folder == ("x",)


def test_ten_thousand_rows_are_read_and_written_in_seconds():
    outlines = [
        Outline(f"https://h{n % 500}.example/{n}", f"Blatt {n} & Söhne", folder=(f"F{n % 40}",)) for n in range(10_000)
    ]
    started = time.process_time()
    written = write_outlines(outlines, "x")
    assert len(read_outlines(written.encode()).rows) == 10_000
    assert time.process_time() - started < bearable(10)
