"""Which encoding a feed is in, when header, declaration, mark and bytes disagree."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources import KINDS
from watcher.sources.charset import decode
from watcher.types import Page, Source

_NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

TEXTS = {
    "utf-8": "Überraschung: 昇腾 für 5 €",
    "cp1252": "Überraschung für 5 € – “so”",
    "cp1251": "Нейросеть удивила аналитиков",
    "cp932": "ディープシークの新モデル",
    "gb18030": "深度求索发布新模型",
    "euc-kr": "딥시크 새 모델 공개",
    "big5": "深度求索發布新模型",
    "iso-8859-2": "Překvapení: žluťoučký kůň",
}


def document(text: str, declared: str | None) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    return f"{declaration}<rss><channel><item><title>{text}</title></item></channel></rss>"


@pytest.mark.parametrize("header", [None, "right", "wrong", "server default"])
@pytest.mark.parametrize("declared", [None, "right", "wrong"])
@pytest.mark.parametrize("real", TEXTS)
def test_one_right_claim_is_enough(real: str, declared: str | None, header: str | None) -> None:
    if "right" not in (declared, header) and real not in ("utf-8", "cp1252"):
        return  # nobody says what it is
    if header == "wrong" and declared == "right":
        header = "utf-8" if real != "utf-8" else "iso-8859-1"
    names = {"right": real, "wrong": "utf-8" if real != "utf-8" else "us-ascii", "server default": "ISO-8859-1"}
    body = document(TEXTS[real], names.get(declared or "")).encode(real)
    content_type = f'text/xml; charset="{names.get(header, header)}"' if header else "text/xml"
    assert TEXTS[real] in decode(body, content_type)


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE])
def test_a_byte_order_mark_decides(mark: bytes) -> None:
    encoding = {2: "utf-16-le", 3: "utf-8", 4: "utf-32-le"}[len(mark)] if mark != codecs.BOM_UTF16_BE else "utf-16-be"
    body = mark + document("Überraschung 昇腾", "iso-8859-1").encode(encoding)
    assert decode(body, "text/xml; charset=koi8-r") == document("Überraschung 昇腾", "iso-8859-1")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_mark_are_noticed(encoding: str) -> None:
    assert "昇腾" in decode(document("昇腾", "utf-16").encode(encoding))


def test_a_seven_bit_encoding_is_not_taken_for_utf8() -> None:
    assert "新モデル" in decode(document("新モデル", "iso-2022-jp").encode("iso-2022-jp"))


def test_a_document_that_was_converted_keeps_its_old_declaration_without_harm() -> None:
    assert "昇腾" in decode(document("昇腾", "utf-16").encode("utf-8"), "text/xml; charset=utf-16")


def test_utf8_with_a_few_broken_bytes_is_still_utf8() -> None:
    body = document("昇腾 und Überraschung " * 5, "utf-8").encode() + b"\xff"
    assert "昇腾 und Überraschung" in decode(body)
    assert "昇腾 und Überraschung" in decode(body, "text/xml; charset=windows-1251")


def test_the_header_of_a_page_is_heard() -> None:
    body = document(TEXTS["cp1251"], None).encode("cp1251")
    page = Page("https://a.example/", 200, (("Content-Type", "text/xml; charset=windows-1251"),), body, _NOON)
    assert KINDS["feed"].read(Source("s", page.url), page, None).leads[0].title == TEXTS["cp1251"]


@given(st.binary(max_size=80), st.text(max_size=30).map(lambda name: f"text/xml; charset={name}"))
def test_no_bytes_and_no_label_raise(body: bytes, content_type: str) -> None:
    text = decode(body, content_type)
    assert isinstance(text, str)
    assert len(text) <= 2 * len(body), "nothing is made up: a byte gives a character, with a mark before it at most"


@pytest.mark.parametrize(
    "label", ["zlib", "rot13", "hex", "base64", "idna", "punycode", "unicode_escape", "undefined", "x", "mbcs"]
)
def test_a_codec_that_is_no_encoding_is_not_used(label: str) -> None:
    body = document("Überraschung", label).encode()
    assert "Überraschung" in decode(body, f"text/xml; charset={label}")
