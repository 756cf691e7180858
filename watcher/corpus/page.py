"""The words of a saved page. Simple on purpose: what belongs to the site and not to the story is told apart later."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree, html

_SILENT = ("script", "style", "noscript", "template", "svg", "nav", "form", "iframe")
_LINES = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li "
    "main ol p pre section table td th tr ul".split()
)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """Title, text with a paragraph a line, and the language the page claims; empty where it says nothing."""

    title: str
    text: str
    language: str


def read_page(raw: bytes) -> SavedPage | None:
    """A saved page's words; None for bytes that hold no HTML element at all."""
    try:
        raw.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # then the page's own declaration counts
    parser = html.HTMLParser(encoding=encoding, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(raw, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    title = _squeezed(root.findtext(".//title") or "")
    etree.strip_elements(root, *_SILENT, "title", with_tail=False)
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _LINES:
            pieces.append("\n")
        pieces.append(" ".join(((element.text if event == "start" else element.tail) or "").split("\n")))
    lines = (_squeezed(line) for line in "".join(pieces).split("\n"))
    return SavedPage(title, "\n".join(line for line in lines if line), root.get("lang") or "")


def _squeezed(text: str) -> str:
    return _SPACES.sub(" ", text.replace("\n", " ").replace("\0", "")).strip()
