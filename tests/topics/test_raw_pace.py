"""No page takes the filter many times as long as others of its size, whatever it is full of."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from pace import bearable

from watcher.topics.raw import PageFilter
from watcher.types import Page, TopicRule

_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_SIZE = 400_000
# The worst of those below took 0.2 s; those that took a square of the size took 8 s and more.
_SECONDS = 3.0
_FILLINGS = (
    *(
        b"<",
        b"<!--",
        b"<!-- x ",
        b"<!-- <!-- -->",
        b"-->",
        b"<!---->",
        b">",
        b"n<",
        b"<b '",
        b'<b "',
        b"<a '\">",
        b"\"'",
    ),
    *(b"<script ", b"<script json>", b"<script ld>\\u004e\\\\", b"<style>", b"</script ", b"&#105;<script ld>", b"\\u"),
    *(
        b"&#",
        b"&#x;",
        b"&#105",
        b"&#105;",
        b"&#1\n",
        b"1",
        b"&amp;#",
        b"&lt;!--",
        b"&lt;",
        b"&" + b"a" * 31,
        b"&amp;uuml;",
    ),
    *(
        b"hu<b>awei",
        b"hu<b>a",
        b'hu<b "',
        b"asce<!--",
        b"huawei ",
        b"huawei a<",
        b"nv<b><i>",
        b"a<<<",
        b"a.",
        b"<b>>uaw",
    ),
    *(b";base64,AAAA", b";base64,", b"\xe6\x98\x87<", b"\xe6\x98\x87<!--", b"\xe1\x84\x80", b"\xcc\x81", b"\xcd\x8e"),
)
_FILTERS = {
    "names": PageFilter((TopicRule("t", "T", ("Nvidia Corp", "昇腾芯片", "Zürich AG", "Ascending"), (), ()),)),
    "weak names, looked at closely": PageFilter(
        (TopicRule("t", "T", ("Nvidia Corp",), ("Huawei", "L'Or", "昇"), ("chip", "芯片", "A.I.")),)
    ),
}


@pytest.mark.parametrize("kind", _FILTERS)
@pytest.mark.parametrize("filling", _FILLINGS)
@pytest.mark.parametrize("end", [b"", b"--></script>"])
def test_no_filling_of_a_page_takes_the_square_of_its_size(kind: str, filling: bytes, end: bytes) -> None:
    beside = "é昇 ".encode()
    body = beside + b"&#105; huawei " + filling * (_SIZE // len(filling)) + end + beside
    page = Page("https://blatt.example/a", 200, (("Content-Type", "text/html; charset=utf-8"),), body, _NOW)
    began = time.process_time()
    _FILTERS[kind](page)
    spent = time.process_time() - began
    assert spent < _SECONDS or spent < bearable(_SECONDS)


def test_a_page_full_of_comments_without_an_end_passes() -> None:
    def passes(comment: bytes) -> bool:
        body = b"<p>Rain.</p>" + comment * 1_000
        return _FILTERS["names"](Page("https://blatt.example/a", 200, (("Content-Type", "text/html"),), body, _NOW))

    assert passes(b"<!-- rain ")
    assert not passes(b"<!-- rain -->")
    assert not passes(b"<!---->")
    assert not passes(b"<!-->")
