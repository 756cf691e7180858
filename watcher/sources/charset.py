"""Bytes to text, when the header, the document and the bytes themselves say different things."""

from __future__ import annotations

import codecs
import re

_HTTP = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:\-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:\-]{1,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a label means in practice: the superset that writers of the smaller set really use (WHATWG encoding standard).
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
# Their bytes are ASCII, so "valid UTF-8" says nothing about them.
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz", "utf-7"})
_EBCDIC = "<?xml".encode("cp037")  # the same bytes in every EBCDIC
_SERVER_DEFAULTS = frozenset({"cp1252"})


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a feed, whatever was claimed about its bytes. Never raises; what fits nothing becomes U+FFFD.

    A byte order mark decides. Then the bytes: what is valid UTF-8 is UTF-8, as text in another encoding hardly ever
    is by accident. Then the first claim the bytes do not contradict: the header's (unless it is the Latin-1 that
    servers send by default and the document knows better), then the document's, then Windows-1252.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").lstrip("\ufeff")
    if wide := _without_mark(body):
        return body.decode(wide, "replace")
    if body.startswith(_EBCDIC):
        return body.decode(_mainframe(body), "replace")
    named = _HTTP.search(content_type or "")
    written = _DECLARED.search(body[:400])
    header = _codec(named[1]) if named else None
    document = _codec(written[1].decode("ascii")) if written else None
    claims = [header, document] if header not in _SERVER_DEFAULTS else [document, header]
    if not any(claim in _SEVEN_BIT for claim in claims):
        claims.insert(0, "utf-8")
    for claim in (*claims, "utf-8"):
        if claim is not None:
            try:
                return body.decode(claim)
            except (UnicodeError, LookupError):
                continue
    return _mostly(body, claims)


def _mostly(body: bytes, claims: list[str | None]) -> str:
    """For bytes that fit no claim: UTF-8 with a few broken bytes is still UTF-8, else the first other claim."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(body) - len(body.decode("ascii", "ignore"))
    if broken * 10 < whole:
        return text
    other = next((claim for claim in claims if claim not in (None, "utf-8")), None)
    return body.decode(other or "cp1252", "replace")


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # some codecs (zlib, rot13) are no character encodings
    except (LookupError, ValueError, TypeError):
        return None
    name = _SUPERSETS.get(name, name)
    # "utf-16" in a header of a document that starts with plain "<": it was converted since.
    return None if name.startswith(("utf-16", "utf-32", "idna", "punycode", "unicode", "raw_unicode")) else name


def _mainframe(body: bytes) -> str:
    """Which EBCDIC it is: they agree on the letters of the declaration, which says so."""
    written = _DECLARED.match(body[:200].decode("cp037").encode("latin-1"))
    named = _codec(written[1].decode("ascii")) if written else None
    return named if named and "<".encode(named, "replace") == _EBCDIC[:1] else "cp037"


def _without_mark(body: bytes) -> str | None:
    start = body[:4]
    if start[:1] == b"<" and start[1:2] == b"\x00":
        return "utf-32-le" if start[1:4] == b"\x00\x00\x00" else "utf-16-le"
    if start[:1] == b"\x00" and b"<" in start:
        return "utf-32-be" if start == b"\x00\x00\x00<" else "utf-16-be"
    return None
