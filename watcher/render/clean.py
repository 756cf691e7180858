"""Text and addresses from the web, made safe to show: cleaned once, before any template sees them.

A headline may hold a NUL, half a surrogate pair, a line break or an override that turns the rest of the page around;
each of them has stopped or defaced a digest somewhere. An address is a link only if it is absolute http(s).
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

import nh3

from watcher.types import Report

Value = TypeVar("Value")

# White space of every kind becomes one space: a title is one line.
_SPACE = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
# Controls, lone surrogates, bidirectional embeddings, overrides and isolates, direction marks (two of them turn what
# stands between; every text of ours is isolated), invisible joiners without meaning, tag characters, noncharacters.
# The joiners U+200C/U+200D stay: scripts need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u2060-\u2064\ufeff\ufff9-\ufffb\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff]"
)
# Only names of real elements: "DeepSeek's <think> tag" and "H20 <5 %" are words of a headline.
_MARKUP = re.compile(
    r"</?(?:a|abbr|audio|b|base|big|blockquote|body|br|button|center|code|div|em|embed|font|form|frame|frameset|h[1-6]|head|"
    r"hr|html|i|iframe|img|input|li|link|math|meta|noscript|object|ol|p|pre|script|select|small|source|span|strong|style|"
    r"sub|sup|svg|table|tbody|td|template|textarea|th|title|tr|u|ul|video)(?:[\s/][^>]*)?>",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[ !-;=?-~\u00a0-\u02ff\u0370-\u058f\u0621-\u064a\u3001-\u303f\u3041-\u9fff\uac00-\ud7a3]*")
# No writing system stacks more marks on one letter; "zalgo" text does, over the lines around it.
_MOST_MARKS = 4
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def clean(text: str) -> str:
    """One line of text without markup, controls and direction overrides; the rest unchanged."""
    if _PLAIN.fullmatch(text) and "  " not in text:
        return text.strip(" ")
    text = _UNWANTED.sub("", _SPACE.sub(" ", text))
    if _MARKUP.search(text):
        text = _unescaped(nh3.clean(text, tags=set()))
    return _unstacked(_SPACE.sub(" ", text)).strip(" ")


def link(url: str) -> str:
    """The address if it is an absolute http(s) one without surprises, else nothing."""
    url = url.strip()
    if not url.isprintable() or any(sign in url for sign in " \\<>\"'`{}|^") or "://" not in url:
        return _escaped_link(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def cleaned(value: Value) -> Value:
    """Every text of a view cleaned, every report's address a link or nothing; its shape unchanged."""
    return cast("Value", _Cleaner().clean(value))


def shorten(text: str, room: int) -> str:
    """`text` within `room` columns (a Chinese character takes two), ended at a word and marked with an ellipsis."""
    if len(text) * 2 <= room:
        return text
    head = text[: room * (_MOST_MARKS + 1) + 1]  # nothing beyond it can have room
    if len(head) == len(text) and width(text) <= room:
        return text
    used, end = 1, 0
    for end, character in enumerate(head):  # noqa: B007 - where the loop stopped is the answer
        used += _COLUMNS[character]
        if used > room:
            break
    head = text[:end]
    while head and unicodedata.combining(text[len(head)]):
        head = head[:-1]  # a letter stays with its marks
    space = head.rfind(" ")
    return (head[:space] if space > len(head) * 0.6 else head).rstrip(" ,;:-–—\u200d") + "…"


def width(text: str) -> int:
    """Columns a text takes in a fixed-width font."""
    return len(text) if text.isascii() else sum(map(_COLUMNS.__getitem__, text))


def language_tag(language: str) -> str:
    """A value for `lang`: empty for an unknown language, which is how HTML says so."""
    return language if _LANGUAGE.fullmatch(language) and language != "und" else ""


def direction(language: str) -> str:
    """`rtl` or `ltr`; `auto` where the language is unknown."""
    if language in {"ar", "fa", "he", "ur", "ps", "yi", "ckb", "sd", "dv", "ug"}:
        return "rtl"
    return "ltr" if language_tag(language) else "auto"


class _Cleaner:
    """Walks frozen dataclasses, tuples and mappings; a value met twice is cleaned once."""

    def __init__(self) -> None:
        self._done: dict[int, Any] = {}
        self._texts: dict[str, str] = {}  # outlets and languages come by the thousand

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value) if type(value) is str else value
        if isinstance(value, tuple):
            return tuple(self.clean(each) for each in value)
        if isinstance(value, Mapping):
            return {key: self.clean(each) for key, each in value.items()}
        if not dataclasses.is_dataclass(value) or isinstance(value, type):
            return value
        if id(value) not in self._done:
            self._done[id(value)] = self._report(value) if isinstance(value, Report) else self._fields(value)
        return self._done[id(value)]

    def _text(self, text: str) -> str:
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = clean(text)
        return known

    def _report(self, report: Report) -> Report:
        safe = {
            "url": link(report.url),
            "title": self._text(report.title),
            "outlet": self._text(report.outlet),
            "source": self._text(report.source),
            "language": self._text(report.language),
            "summary": self.clean(report.summary),
            "topics": self.clean(report.topics),
        }
        # Most are clean as they come, and a big day has ten thousand.
        if all(getattr(report, name) == value for name, value in safe.items()):
            return report
        return dataclasses.replace(report, **safe)

    def _fields(self, value: Any) -> Any:
        return type(value)(**{name: self.clean(getattr(value, name)) for name in _names(type(value))})


def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; asked of it once, as that takes as long as cleaning what is in it."""
    if kind not in _KNOWN:
        _KNOWN[kind] = tuple(each.name for each in dataclasses.fields(kind))
    return _KNOWN[kind]


_KNOWN: dict[type, tuple[str, ...]] = {}


def _escaped_link(url: str) -> str:
    if not re.match(r"https?://[^/?#\s\\<>\"'`{}|^]", url, re.IGNORECASE) or _UNWANTED.search(url):
        return ""
    escaped = quote(url, safe="%/:?#[]@!$&()*+,;=~-._", errors="ignore")
    try:
        return escaped if urlsplit(escaped).hostname else ""
    except ValueError:
        return ""


def _unescaped(text: str) -> str:
    """nh3 answers HTML; back to text it goes through the three escapes it writes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")


def _unstacked(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


class _Columns(dict[str, int]):
    """How many columns each character takes; looked up once, as headlines come by the thousand."""

    def __missing__(self, character: str) -> int:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        columns = self[character] = 0 if unicodedata.combining(character) else wide
        return columns


_COLUMNS = _Columns()
