"""Links of news searches that only lead on: told apart, decoded where they carry their target, else asked for.

Nothing here fetches. What must be asked is asked for items of an edition alone (`watcher.resolving`).

- Bing writes the target into the link (`apiclick.aspx?url=`).
- Google News: ids up to 2024 are a protocol buffer with the address in it; newer ones ("AU_yqL…" inside) are opaque.
  Their page carries a signature and a time, and against those Google's own page asks `batchexecute` for the address
  (SSujitX/google-news-url-decoder, googlenewsdecoder/new_decoderv1.py; its issue 3: HTTP 429 after a dozen or so).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from watcher.text.references import unescaped
from watcher.types import Page, Request
from watcher.urls import split

_GOOGLE_HOST = "news.google.com"
_ARTICLE = re.compile(r"/(?:__i/)?(?:rss/)?(?:rd/)?(?:articles|read)/([A-Za-z0-9_=-]{16,2000})")
_ASKED_AT = "https://news.google.com/_/DotsSplashUi/data/batchexecute"
_MARKED = re.compile(rb"<[^<>]{0,2000}\bdata-n-a-sg=[^<>]{0,4000}>")
_MARK = re.compile(rb"""\bdata-n-a-(id|ts|sg)=(?:"([^"]{1,2000})"|'([^']{1,2000})')""")
_LOOKED_AT = 3_000_000  # bytes; the page of an article has some 600,000
# What the page itself sends; who asks and from where is left blank.
_SENDER = [["X", "X", ["X", "X"], None, None, 1, 1, "US:en", None, 1, None, None, None, None, None, 0, 1],
           "X", "X", 1, [1, 1, 1], 1, 1, None, 0, 0, None, 0]  # fmt: skip


def is_redirect(url: str) -> bool:
    """True for a link that stands for no page of its own."""
    return google_id(url) is not None or _is_bing(url)


def decoded(url: str) -> str | None:
    """Where a link leads, read from the link alone; None where it does not say."""
    if _is_bing(url):
        return _from_bing(url)
    id = google_id(url)
    return _from_google(id) if id else None


def google_id(url: str) -> str | None:
    """The id in a link of Google News; None for any other address."""
    address = split(url)
    if address is None or address.host != _GOOGLE_HOST:
        return None
    match = _ARTICLE.fullmatch(address.path.rstrip("/"))
    return match[1] if match else None


@dataclass(frozen=True, slots=True)
class Signed:
    """What an article's page at Google News says of itself, with which it can be asked where it leads."""

    id: str
    time: str
    signature: str


def signed(id: str, page: Page) -> Signed | None:
    """The signature in the page of a link; None where there is none (a consent page, another layout)."""
    for tag in _MARKED.finditer(page.body[:_LOOKED_AT]):
        marks = {name.decode(): unescaped((a or b).decode("utf-8", "replace")) for name, a, b in _MARK.findall(tag[0])}
        if "ts" in marks and marks["ts"].isdecimal() and marks.get("id", id) == id:
            return Signed(id, marks["ts"], marks["sg"])
    return None


def question(about: Signed) -> Request:
    """What to ask for a link's target, one link at a time: the answers of several come without their names."""
    inner = json.dumps(["garturlreq", _SENDER, about.id, int(about.time), about.signature])
    return Request(_ASKED_AT, form=(("f.req", json.dumps([[["Fbv4je", inner, None, "generic"]]])),))


def answer(page: Page) -> str | None:
    """The target in Google's answer; None for anything else."""
    for row in _rows(page.body.decode("utf-8", "replace")):
        try:
            said = json.loads(str(row[2])) if row[:2] == ["wrb.fr", "Fbv4je"] else None
        except (ValueError, IndexError, RecursionError):
            continue
        if isinstance(said, list) and len(said) > 1 and said[0] == "garturlres":
            return target(said[1])
    return None


def target(url: object) -> str | None:
    """An address if it is one that a redirect may lead to: http(s), and no redirect again or page of Google's."""
    address = split(url) if isinstance(url, str) else None
    if address is None or not isinstance(url, str) or is_redirect(url):
        return None
    return None if address.host == "google.com" or address.host.endswith(".google.com") else url.strip()


def _rows(text: str) -> Iterator[list[object]]:
    """The rows of an answer: a guard line, then JSON, in chunks with their lengths between them or all at once."""
    for line in text.split("\n"):
        if not line.startswith("["):
            continue
        try:
            rows = json.loads(line)
        except (ValueError, RecursionError):
            continue
        yield from (row for row in rows if isinstance(row, list))


def _is_bing(url: str) -> bool:
    address = split(url)
    return (
        address is not None
        and address.host in ("bing.com", "www.bing.com")
        and address.path.lower() == "/news/apiclick.aspx"
    )


def _from_bing(url: str) -> str | None:
    address = split(url)
    for part in address.query.split("&") if address else ():
        name, _, value = part.partition("=")
        if name.lower() == "url":
            return target(unquote(value.replace("+", " ")))
    return None


def _from_google(id: str) -> str | None:
    try:
        data = base64.urlsafe_b64decode(id.rstrip("=") + "=" * (-len(id.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return None
    return next((found for text in _texts(data) if text.startswith(b"http") and (found := _plain(text))), None)


def _plain(text: bytes) -> str | None:
    try:
        return target(text.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _texts(data: bytes) -> Iterator[bytes]:
    """The length-delimited fields of a protocol buffer, as far as it is one (protobuf.dev: encoding)."""
    place = 0
    while place < len(data):
        tag, place = _number(data, place)
        if tag & 7 == 0:
            _, place = _number(data, place)
        elif tag & 7 == 2:
            length, place = _number(data, place)
            if length > len(data) - place:
                return
            yield data[place : place + length]
            place += length
        else:
            return


def _number(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 64:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, place
        shift += 7
    return 1 << 62, len(data)  # cut off: longer than anything that follows
