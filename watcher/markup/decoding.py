"""From bytes to text: which charset a page is really in, whatever it and its server say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import chain

from watcher.types import Page

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_TAGS = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_HEAD = 4096  # where a page must name its charset; the standard says 1024, many put scripts first

# What a label means in browsers (WHATWG): the larger sets of which the labelled ones are parts.
_LARGER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
# Charsets that are written in the bytes of ASCII, by what switches in them: "valid UTF-8" says nothing about those.
# Browsers read HZ and ISO-2022-KR as one U+FFFD, lest bytes that a filter took for text become a script. Here no script
# ever runs and what is shown is cleaned afterwards: they are read, as a page that is not is lost. UTF-7 is not read.
_SWITCHES = {
    "iso2022_jp": b"\x1b",
    "iso2022_jp_1": b"\x1b",
    "iso2022_jp_2": b"\x1b",
    "iso2022_jp_3": b"\x1b",
    "iso2022_jp_2004": b"\x1b",
    "iso2022_jp_ext": b"\x1b",
    "iso2022_kr": b"\x0e",
    "hz": b"~{",
}
_OF_PYTHON = frozenset(
    {"unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape", "idna", "punycode"}
)
_MOST_BROKEN = 0.001  # share of characters: a cut or patched page has a few, a wrong charset many
# Control characters but for tab and line ends, lone surrogates, what is no character: none belongs to a text.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")


def decode(page: Page, guess: Callable[[bytes], list[str]] | None = None) -> str:
    """The page as text without control characters or lone surrogates. Never raises.

    Valid UTF-8 beats every label (other charsets hardly ever look like it) but those that look like ASCII, where their
    signs are there: UTF-16, which the server says, and charsets of seven bits. Then the server's word, the page's own,
    and a guess, where there is somebody to `guess`. A server that says Latin-1 is not believed before the page: it is
    the default of many.
    """
    body = page.body
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _NO_TEXT.sub("", body[len(bom) :].decode(charset, "replace"))
    text = _like_ascii(page)
    if text is None:
        text = _decoded(body, "utf-8")
    if text is None:
        text = next((found for charset in _labels(page) if (found := _decoded(body, charset)) is not None), None)
    if text is None and guess is not None:
        text = next(
            (found for charset in _guesses(body, guess) if (found := _decoded(body, charset)) is not None), None
        )
    return _NO_TEXT.sub("", text if text is not None else body.decode("cp1252", "replace"))


def in_utf8(page: Page) -> bytes | None:
    """The page's text in UTF-8, as `decode` reads it but for what that leaves out; None where it would have to guess.

    Most pages are in UTF-8: they come back as they are.
    """
    body = page.body
    if any(body.startswith(mark) for mark, _ in _BOMS):
        return body if _is_utf8(body) else decode(page).encode("utf-8", "replace")
    text = _like_ascii(page)
    if text is None:
        if _is_utf8(body):
            return body
        charsets = ([] if _is_plainly_broken(body) else ["utf-8"], _labels(page))
        text = next((found for charset in chain(*charsets) if (found := _decoded(body, charset)) is not None), None)
    return None if text is None else text.encode("utf-8", "ignore")


def _is_utf8(body: bytes) -> bool:
    try:
        return body.isascii() or body.decode("utf-8") is not None
    except UnicodeDecodeError:
        return False


def _is_plainly_broken(body: bytes) -> bool:
    """True for what has more broken characters than UTF-8 may have, by those that follow the first: looking at all of
    them takes ten times as long.
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        found = body[error.start : error.start + _HEAD].decode("utf-8", "replace").count("\ufffd")
        return found - 4 > len(body) * _MOST_BROKEN  # less the one that may be cut off at the end
    return False


def _like_ascii(page: Page) -> str | None:
    """The text of a page whose bytes are valid UTF-8 and mean something else; None for all others."""
    body = page.body
    if b"\0" in body and (wide := wide_charset(page)) and (text := _decoded(body, wide)) is not None:
        return text
    if b"\x1b" in body or b"\x0e" in body or (b"~" in body and _may_be_hz(page)):
        for charset in _labels(page):
            if _SWITCHES.get(charset, b"\0\0") in body and (text := _decoded(body, charset)) is not None:
                return text
    return None


def _may_be_hz(page: Page) -> bool:
    """Asked before its signs are looked for: two bytes that stand nowhere take 0.05 ms to be looked for in 50 kB, as
    long as all else that is asked here, and the first alone stands in many pages.
    """
    head = page.body[:_HEAD].lower()
    found = head.find(b"hz")
    while found > 0 and head[found - 1] not in b"=\"' \t\r\n\f\v":
        found = head.find(b"hz", found + 1)
    return found > 0 or "hz" in (page.header("content-type") or "").lower()


def wide_charset(page: Page) -> str | None:
    """Which UTF-16 a page without a byte order mark is in: its first bytes say, or its server."""
    start = page.body[:2]
    if start in (b"<\0", b"\0<"):
        return "utf-16-le" if start == b"<\0" else "utf-16-be"
    named = _CHARSET.search((page.header("content-type") or "").encode("latin-1", "replace"))
    label = _known(named.group(1)) if named else None
    if label is None or not label.startswith("utf-16"):
        return None
    is_big = label.endswith("be") or (label == "utf-16" and start[:1] == b"\0")
    return "utf-16-be" if is_big else "utf-16-le"


def _decoded(body: bytes, charset: str) -> str | None:
    try:
        text = body.decode(charset, "replace")
    except (UnicodeError, LookupError):  # "undefined" and "idna" decode nothing, whatever is asked of them
        return None
    broken = text.count("\ufffd")
    return text if broken <= len(text) * _MOST_BROKEN else None


def _labels(page: Page) -> Iterator[str]:
    header = _CHARSET.search((page.header("content-type") or "").encode("latin-1", "replace"))
    named = (_XML_ENCODING.search(page.body[:_HEAD]), _CHARSET.search(page.body[:_HEAD]))
    labels = [charset for match in (header, *named) if match and (charset := _known(match.group(1)))]
    # sorted() is stable: the order stays, but Latin-1 (as cp1252, which decodes anything) comes last.
    yield from sorted(labels, key=lambda charset: charset == "cp1252")


def _known(label: bytes) -> str | None:
    try:
        name = codecs.lookup(label.decode("ascii")).name
        b" ".decode(name)  # a codec that gives no text ("hex", "zlib") is no charset
    except (LookupError, ValueError):
        return None
    return None if name in _OF_PYTHON else _LARGER.get(name, name)


def _guesses(body: bytes, guess: Callable[[bytes], list[str]]) -> Iterator[str]:
    # Tags and scripts say nothing about the charset and drown the words that do.
    words = _TAGS.sub(b" ", body[:200_000])
    for found in guess(b" ".join(words.split())[:9_000]):
        if charset := _known(found.encode("ascii", "ignore")):
            yield charset
