"""Lists to take along."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.shapes.exports import COLUMNS, EXPORT_FORMS, Exported, written

WHEN = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def row(title: str = "Nvidia ships", **more: str) -> Exported:
    values = {"outlet": "Beispielblatt", "url": "https://paper.example/a", "language": "de", **more}
    return Exported(WHEN, title=title, topics=("nvidia",), **values)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_table_has_date_outlet_and_link():
    heading, line = cells(written([row()], "csv"))
    assert tuple(heading) == COLUMNS
    assert line[:6] == [
        "2026-03-02T07:30:00Z",
        "Beispielblatt",
        "Nvidia ships",
        "https://paper.example/a",
        "de",
        "nvidia",
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", " =", "\n="])
def test_what_a_spreadsheet_would_work_out_stays_text(sign: str):
    _, line = cells(written([row(f"{sign}1+1", outlet=f"{sign}cmd|' /C calc'!A0", url=f"{sign}x")], "csv"))
    assert [cell[0] for cell in line[1:4]] == ["'", "'", "'"]


@given(st.text())
def test_no_cell_of_a_table_begins_what_is_worked_out_and_none_is_lost(title: str):
    lines = cells(written([row(title, note=title)], "csv"))
    assert [len(line) for line in lines] == [len(COLUMNS)] * 2
    assert not lines[1][2].lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
    assert "".join(title.split()) in "".join(lines[1][2].split()) or not title.isprintable()


def test_a_title_stays_a_title_in_markdown():
    text = written([row("# [a](javascript:x) <b> *c* | `d`", outlet="1. _x_")], "markdown", "q * 2")
    assert text.startswith(
        "# q \\* 2\n\n- [\\# \\[a\\](javascript:x) \\<b\\> \\*c\\* \\| \\`d\\`](<https://paper.example/a>)"
    )
    assert "— 1\\. \\_x\\_, 2026-03-02, de" in text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "", "https://a.example/>)x", "file:///etc/passwd"]
)
def test_only_links_to_the_web_become_links(url: str):
    text = written([row(url=url)], "markdown")
    assert "javascript:" not in text
    assert "](<" not in text or "](<https://a.example/%3E)x>)" in text


def test_json_has_every_column():
    (found,) = json.loads(written([row(note="mine")], "json"))
    assert found == {
        "date": "2026-03-02T07:30:00Z", "outlet": "Beispielblatt", "title": "Nvidia ships",
        "url": "https://paper.example/a", "language": "de", "topics": ["nvidia"], "story": "", "relation": "",
        "note": "mine",
    }  # fmt: skip


@pytest.mark.parametrize("form", EXPORT_FORMS)
def test_nothing_is_a_list_too(form: str):
    assert written([], form).count("\n") <= 2  # type: ignore[arg-type]  # of the closed list
