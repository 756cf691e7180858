"""Plain text out of markup, entities, both, or neither."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import bearable

from watcher.sources.plain import plain_line, plain_text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("AT&amp;T und <b>mehr</b>", "AT&T und mehr"),
        ("AT&T & more", "AT&T & more"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("List<String> and Map<K, V>", "List<String> and Map<K, V>"),
        ("don&#146;t, \x93so\x94", "don’t, “so”"),
        ("a\u00a0b&nbsp;c\u2028d", "a b c d"),
        ("e\u0301te\u0301", "été"),
        ("x\x00y\x07\ud800z\ufeff\u202eabc\u202c", "xyzabc"),
        ("soft\u00adhyphen", "softhyphen"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner is part of the word
        ("昇腾&nbsp;910C", "昇腾 910C"),
    ],
)
def test_a_title_is_one_plain_line(value: str, expected: str) -> None:
    assert plain_line(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<p>One</p><p>two\nlines<br>three</p>", "One\ntwo lines\nthree"),
        ("<ul><li>a</li><li>b <i>c</i></li></ul>", "a\nb c"),
        ("<h2>Head</h2>text<!-- no --><script>no()</script><style>no</style> more", "Head\ntext more"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("word<b>part</b>ial", "wordpartial"),
        ("<p>unclosed <a href='x'>link", "unclosed link"),
        ("<script>only()</script>", ""),
        ("<img src=x onerror=alert(1)>", ""),
        ("1 &lt;b&gt; 2<br>", "1 <b> 2"),
        ("<div>" * 600 + "deep" + "</div>" * 600, "deep"),
        ("<div>" * 9000 + "deeper" + "</div>" * 9000, "deeper"),
    ],
)
def test_markup_becomes_a_paragraph_a_line(value: str, expected: str) -> None:
    assert plain_text(value, is_html=True) == expected


def test_what_is_declared_plain_stays_as_it_is() -> None:
    assert plain_text("5 < 6 &amp; <b>", is_html=False) == "5 < 6 &amp; <b>"


@given(st.text(max_size=200), st.sampled_from([None, True, False]))
def test_any_text_becomes_clean_text(value: str, is_html: bool | None) -> None:
    text = plain_text(value, is_html=is_html)
    text.encode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(character) == "Cc" and character != "\n" for character in text)
    assert all(line == " ".join(line.split()) != "" for line in text.split("\n")) or not text


@pytest.mark.parametrize("piece", ["<", "<p", "<p>", "</", "<!--", "&", "&#", "<a href='", "<script>", "<![CDATA["])
def test_no_repetition_takes_long(piece: str) -> None:
    clock = time.process_time()
    plain_text(piece * (400_000 // len(piece)), is_html=True)
    assert time.process_time() - clock < bearable(2)
