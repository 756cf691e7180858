from __future__ import annotations

import codecs
import encodings.aliases
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.markup.decoding import _NO_TEXT, decode, in_utf8
from watcher.types import Page

BODY = "<html><head><meta charset='{}'></head><body>Preço: 50.000 €</body></html>"
NAMES = sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "undefined", "idna", "punycode"})


def page(body: bytes, kind: str = "text/html") -> Page:
    return Page("https://paper.example/", 200, (("Content-Type", kind),), body, datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize("name", NAMES)
def test_whatever_python_calls_an_encoding_a_page_may_name_it(name: str) -> None:
    body = BODY.format(name).encode("cp1252")
    assert "50.000" in decode(page(body)) or name in others(name)
    assert decode(page(body, f"text/html; charset={name}"))


def others(name: str) -> set[str]:
    """The name itself where its encoding writes letters in other bytes than ASCII does."""
    try:
        is_other = codecs.decode(b"50.000", name) != "50.000"
    except (LookupError, ValueError, TypeError):
        is_other = False
    return {name} if is_other else set()


@pytest.mark.parametrize("charset", ["iso-2022-jp", "hz-gb-2312", "utf-16le", "utf-16be"])
def test_what_looks_like_ascii_is_read_as_the_server_says(charset: str) -> None:
    text = "<html><body><p>日本の新聞</p></body></html>".replace("聞", "文" if charset == "hz-gb-2312" else "聞")
    assert decode(page(text.encode(charset), f"text/html; charset={charset}")) == text


def test_a_page_names_its_own_charset_of_seven_bits() -> None:
    text = '<html><meta charset="iso-2022-jp"><p>日本</p></html>'
    assert decode(page(text.encode("iso-2022-jp"))) == text


def test_without_their_signs_labels_of_seven_bits_are_not_believed() -> None:
    assert decode(page("<p>Preço ~ 5</p>".encode(), "text/html; charset=hz-gb-2312")) == "<p>Preço ~ 5</p>"


_CHARSETS = (
    "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be cp1251 koi8-r iso8859-2 shift_jis euc_jp gb18030 big5 iso2022_jp hz "
    "unicode_escape"
).split()
_PIECES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["日本の新聞", "Москва", "Größe", "~{", "~", "\x1b$B", "\x0e", "\x01", "\ufeff", "\x85", "x" * 900]
    ),
)
_BROKEN = st.sampled_from([b"", b"\xff", b"\xe3\x81", b"\xd0" * 3, b"\xe9 " * 40, b"\0"])


@given(
    st.lists(_PIECES, max_size=6).map("".join),
    st.sampled_from(_CHARSETS),
    st.sampled_from(_CHARSETS),
    _BROKEN,
    st.sampled_from(["<meta charset={}>", "<meta charset={}>" + "x" * 5000, ""]),
    st.booleans(),
)
@settings(max_examples=300)
def test_in_utf8_stands_what_the_page_is_read_as(
    text: str, written: str, named: str, broken: bytes, head: str, is_told: bool
) -> None:
    body = head.format(named).encode("ascii") + text.encode(written, "replace") + broken
    asked = page(body, f"text/html; charset={named}" if is_told else "text/html")
    found = in_utf8(asked)
    if found is not None:
        assert _NO_TEXT.sub("", found.decode("utf-8", "replace")) == decode(asked)
    else:
        # A guess that the bytes do not bear out is no better than none.
        guessed = (_NO_TEXT.sub("", body.decode(charset, "replace")) for charset in ("cp1251", "cp1252"))
        assert decode(asked, lambda _: ["cp1251"]) in guessed
