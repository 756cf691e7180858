"""Feeds damaged on purpose: cut, spliced, mixed up in structure, encoded wrongly. The same number, the same damage."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence

_TAG = re.compile(rb"<[^<>]{1,300}>")
_NUMBER = re.compile(rb"[0-9]+")
_ELEMENT = re.compile(rb"<([A-Za-z:]{1,30})(?:\s[^<>]*)?>[^<>]{0,500}</\1>")
_TEXT = re.compile(rb">[^<>]{1,500}<")
_VALUE = re.compile(rb"=\"[^\"<>]{0,200}\"")
_NAMESPACE = re.compile(rb"xmlns(?::\w+)?=\"[^\"<>]*\"")
_LABEL = re.compile(rb"encoding=[\"'][\w.-]{1,40}[\"']")
_PIECES = tuple(
    piece.encode("latin-1")
    for piece in (
        "<", ">", "&", '"', "'", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>", "<?xml version='1.0' encoding='x'?>",
        "<!DOCTYPE rss [", "]>", "<item>", "</item>", "<entry>", "</entry>", "</rss>", "</feed>", "</channel>",
        "<feed>",
        "<item/>", "<link/>", "<link>javascript:alert(1)</link>", "<source>", "<content type='xhtml'>", "</", "/>",
        "<title><title>", "&#xD800;", "&#0;", "&#x110000;", "&#99999999999999999999;", "&nbsp;", "&unknown;",
        "&amp;amp;",
        "&#x26;#60;", "\x00", "\x1a", "\x0c", "\x1b$B", "\xff", "\xfe\xff", "\xef\xbb\xbf", "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "\xef\xbf\xbf", "\xee\x83\xb0", "\xee\x83\xb00\xee\x83\xb1", "\xe2\x80\xae", "xml:base='http://[::1'",
        "xml:lang='\xff'",
        "href='//[/'", "http://a[b", "http://\xe2\x84\xa1.example:99999/", "mode='base64'", "type='application/x'",
        "isPermaLink='", "xmlns='", "xmlns:x='y'", "x:", "file:///etc/passwd", "/etc/passwd", "-0001-11-30T00:00:00Z",
        "Mon, 99 Foo 99999 99:99:99 +9999", "1e999", "NaN", "{", "}", "[", "\\u0000", "\\ud800",
    )
)  # fmt: skip
_ENCODINGS = (
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "koi8-r", "gb18030", "shift_jis", "euc-kr", "big5",
    "iso-2022-jp", "cp500", "cp037", "utf-7", "latin-1", "cp1251", "hz",
)  # fmt: skip
_LABELS = (
    b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1", b"koi8-r", b"gb2312", b"x-sjis", b"utf-7", b"ebcdic-cp-us",
    b"zlib",
    b"rot13", b"idna", b"unicode_escape", b"undefined", b"\x00", b"a" * 300, b"", b"iso-2022-kr", b"utf-32", b"hex",
)  # fmt: skip
_NUMBERS = (b"0", b"-1", b"9" * 30, b"1" + b"0" * 5000, b"4294967296", b"1e309", b"0x7fffffff", b"00", b"\xd9\xa3")
_NAMES = (
    b"rss", b"feed", b"rdf:RDF", b"channel", b"item", b"entry", b"title", b"link", b"guid", b"id", b"content",
    b"source",
    b"pubDate", b"author", b"media:content", b"textInput", b"image", b"category", b"summary", b"georss:where", b"a:b:c",
    b"itunes:image", b"psc:chapters", b"html", b"script", b"gml:Point", b"gml:posList", b"enclosure", b"xhtml:div",
)  # fmt: skip
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xef\xbb\xbf\xff\xfe")
_ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "0123456789"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>',
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>',
    b'<!DOCTYPE x [<!ENTITY a "&a;"><!ENTITY b "<item>&b;</item>">]>',
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    b"<!DOCTYPE x [<!ENTITY a '" + b"A" * 5000 + b"'>]>",
    b"<!DOCTYPE x [ <!-- ]> --> <!ELEMENT x ANY> ",
)
_HEADERS = (
    None, None, "text/xml", "application/rss+xml; charset=utf-8", "text/html; charset=iso-8859-1",
    "text/xml; charset=x",
    "application/json", "text/xml; charset=utf-16", "image/png", "text/xml; charset=koi8-r; charset=gb2312", "\xff;",
)  # fmt: skip
_ODD_VALUES = (None, True, -1, 10**40, 1e308, "", "\ud800", "\x00", [], {}, [[]], {"": None}, "https://[", ["x"] * 50)

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def mutated(number: int, seeds: Sequence[bytes]) -> tuple[bytes, str | None]:
    """Input `number`: a body, and the Content-Type it is served with. The same for the same seeds, on any machine."""
    chance = random.Random(number)
    body = seeds[number % len(seeds)]
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        body = chance.choice(MUTATIONS)(body or b" ", chance, seeds)[:200_000]
    return body, chance.choice(_HEADERS)


def _at(body: bytes, chance: random.Random) -> int:
    return chance.randrange(len(body))


def _flip(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randrange(1, 6)):
        changed[_at(body, chance)] = chance.randrange(256)
    return bytes(changed)


def _delete(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _at(body, chance)
    return body[:at] + body[at + chance.randrange(1, 80) :]


def _insert(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _at(body, chance)
    return body[:at] + chance.choice(_PIECES) * chance.choice((1, 1, 1, 2, 20)) + body[at:]


def _duplicate(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start, at = _at(body, chance), _at(body, chance)
    return body[:at] + body[start : start + chance.randrange(1, 300)] * chance.choice((1, 2, 5, 30)) + body[at:]


def _truncate(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return body[: _at(body, chance)]


def _behead(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return body[_at(body, chance) :]


def _splice(body: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds) or b" "
    return body[: _at(body, chance)] + other[_at(other, chance) :]


def _nest(body: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    at = _at(body, chance)
    return body[:at] + (chance.choice(seeds) if chance.random() < 0.5 else body) + body[at:]


def _replace(pattern: re.Pattern[bytes], body: bytes, chance: random.Random, new: bytes) -> bytes:
    matches = list(pattern.finditer(body))
    if not matches:
        return body + new
    match = chance.choice(matches)
    return body[: match.start()] + new + body[match.end() :]


def _number(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return _replace(_NUMBER, body, chance, chance.choice(_NUMBERS))


def _tag(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    name = chance.choice(_NAMES)
    new = (b"<%s>" % name, b"</%s>" % name, b"<%s/>" % name, b"<%s " % name, b"", b"<%s a='b' a='c'>" % name)
    return _replace(_TAG, body, chance, chance.choice(new))


def _rename(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return body.replace(chance.choice(_NAMES), chance.choice(_NAMES))


def _element(body: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """An element of another feed, or of this one, in an element's place; or many of it, or it in itself."""
    other = list(_ELEMENT.finditer(chance.choice(seeds) if chance.random() < 0.6 else body))
    if not other:
        return body
    new = chance.choice(other)[0]
    return _replace(_ELEMENT, body, chance, new * chance.choice((1, 1, 2, 40)))


def _text(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return _replace(_TEXT, body, chance, b">" + chance.choice(_PIECES) * chance.choice((1, 3, 200)) + b"<")


def _value(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return _replace(_VALUE, body, chance, b'="' + chance.choice(_PIECES) + b'"')


def _namespace(body: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    found = _NAMESPACE.findall(chance.choice(seeds))
    return _replace(_NAMESPACE, body, chance, chance.choice(found) if found else b"")


def _deep(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    name, depth, at = (
        chance.choice(_NAMES),
        chance.choice((3, 10, 50, 50, 300, 1_000) if chance.random() < 0.98 else (5_000, 20_000)),
        _at(body, chance),
    )
    return body[:at] + b"<%s>" % name * depth + chance.choice((b"", b"</%s>" % name * depth)) + body[at:]


def _encode(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(_ENCODINGS), "ignore")


def _label(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    label = b'encoding="%s"' % chance.choice(_LABELS)
    return _LABEL.sub(lambda _: label, body) if _LABEL.search(body) else b'<?xml version="1.0" %s?>' % label + body


def _mark(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return chance.choice(_BOMS) + body


def _entity(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _at(body, chance)
    body = body[:at] + b"&%c;" % chance.choice(b"abcde") * chance.choice((1, 100)) + body[at:]
    return chance.choice(_ENTITIES) + body


def _upper(body: bytes, _: random.Random, __: Sequence[bytes]) -> bytes:
    return _TAG.sub(lambda tag: tag[0].upper(), body)


def _noughts(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _at(body, chance)
    return body[:at] + b"\x00" * chance.choice((1, 3, 4_000)) + body[at:]


def _json(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """A JSON feed with values of the wrong kind; another feed stays as it is."""
    try:
        document = json.loads(body)
        place = document
        while isinstance(place, dict | list) and place:
            key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
            if chance.random() < 0.4 or not isinstance(place[key], dict | list):
                place[key] = chance.choice(_ODD_VALUES)
                break
            place = place[key]
        return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return _flip(body, chance, ())


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _delete, _insert, _insert, _duplicate, _truncate, _behead, _splice, _splice, _nest, _number, _tag, _tag,
    _rename, _element, _element, _text, _value, _namespace, _deep, _encode, _label, _mark, _entity, _upper, _noughts,
    _json,
)  # fmt: skip
