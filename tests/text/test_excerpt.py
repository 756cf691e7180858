"""Where the words of a search stand in what was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.excerpt import LENGTH, excerpt, marks
from watcher.text.query import read_query


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Nvidia’s chips, NVIDIA’S CHIPS", "nvidia", ["Nvidia", "NVIDIA"]),
        ("华为的昇腾910C，华为", "华为", ["华为", "华为"]),
        ("昨天ファーウェイが", "ファーウェイ", ["ファーウェイ"]),
        ("엔비디아가 말했다", "엔비디아", ["엔비디아"]),
        ("Straße in STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("Cafe\u0301 Café", "cafe", ["Cafe\u0301", "Café"]),
        ("50.000 oder 50,000", "50000", ["50.000", "50,000"]),
        ("H200, H20 und H2", "h20*", ["H200", "H20"]),
        ("die neue Regel, neue Regeln", '"neue regel"', ["neue Regel"]),
        ("昇腾910C发布", '"昇腾910c发"', ["昇腾910C发"]),
        ("nothing", "else", []),
        ("昇昇昇昇", "昇昇", ["昇昇昇昇"]),
    ],
)
def test_the_words_are_marked_as_they_are_spelled(text: str, query: str, marked: list[str]):
    assert [text[mark.start : mark.end] for mark in marks(text, read_query(query).terms)] == marked


def test_an_excerpt_shows_where_most_of_the_words_stand():
    text = "nvidia first. " + "filler words here. " * 60 + "Here nvidia and huawei meet. " + "more filler. " * 60
    piece, inside = excerpt(text, read_query("huawei nvidia").terms)
    shown = text[piece.start : piece.end]
    assert "nvidia and huawei meet" in shown
    assert [shown[mark.start : mark.end] for mark in inside] == ["nvidia", "huawei"]
    assert not shown[0].isspace()
    assert not shown[-1].isspace()
    assert text[piece.start - 1].isspace()


def test_without_words_an_excerpt_is_the_beginning():
    piece, inside = excerpt("A text of some words. " * 40, ())
    assert (piece.start, inside) == (0, ())
    assert LENGTH - 24 <= piece.end <= LENGTH


@given(st.text(alphabet="ab ,.华为昇가ß½\u0301", max_size=400), st.text(alphabet='ab 华为昇가½"*', max_size=8))
def test_marks_stand_in_order_within_the_text(text: str, typed: str):
    terms = read_query(typed).terms
    piece, inside = excerpt(text, terms, 60)
    assert 0 <= piece.start <= piece.end <= len(text)
    for found, length in ((marks(text, terms), len(text)), (inside, piece.end - piece.start)):
        ends = [0, *(mark.end for mark in found)]
        assert all(0 <= mark.start < mark.end <= length for mark in found)
        assert all(mark.start >= end for mark, end in zip(found, ends, strict=False))
