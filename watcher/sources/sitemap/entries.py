"""A sitemap's rows as they stand there: its addresses with what is said of them, or the sitemaps it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from watcher.errors import ReadError
from watcher.markup.xml import elements, local_name, root_at
from watcher.sources.dates import read_date

MOST_ROWS = 50_000  # the protocol's bound for one file
_LONGEST = 4_000  # characters of a value: addresses end at 2,048 by the protocol, headlines far before
_LISTS = {"urlset": "url", "sitemapindex": "sitemap"}
_OTHER_ROOTS = {"html": "an HTML page, not a sitemap", "opml": "an OPML list of feeds, not a sitemap"}
_FOREIGN = ("image", "video", "mobile", "pagemap")


@dataclass(frozen=True, slots=True)
class Row:
    """One address, and what the sitemap says of it."""

    address: str
    changed: datetime | None = None  # lastmod
    published: datetime | None = None
    title: str = ""
    keywords: str = ""
    language: str = ""

    @property
    def moment(self) -> datetime | None:
        return self.published or self.changed


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one document, in its order."""

    rows: tuple[Row, ...]
    is_index: bool = False
    name: str = ""  # the publication, where it is a news sitemap
    whole: bool = True


def document_kind(text: str) -> str:
    """`urlset`, `sitemapindex`, another root element's name, `list` for lines of addresses, or nothing."""
    name, _ = root_at(text)
    if name in _LISTS:
        return name
    if not name and is_list(text):
        return "list"
    return name


def read_rows(text: str) -> Rows:
    """Reads a sitemap of any of its three forms. Raises ReadError with the reason when it is none."""
    name, start = root_at(text)
    if name not in _LISTS:
        if not text.strip():
            raise ReadError("empty")
        if is_list(text):
            return Rows(tuple(Row(line) for line in islice(filter(None, map(str.strip, text.split("\n"))), MOST_ROWS)))
        raise ReadError(_OTHER_ROOTS.get(name, "neither a sitemap nor a list of addresses"))
    names: list[str] = []
    rows = tuple(islice(_rows(text[start:], name, names), MOST_ROWS))
    whole = text.rstrip()[-200:].lower().rpartition("</")[2].rstrip(">").rpartition(":")[2].strip() == name
    if not rows and not whole and "/>" not in text[start : start + 2000]:
        raise ReadError("cut off before its first address is complete")
    return Rows(rows, name == "sitemapindex", names[0] if names else "", whole or len(rows) == MOST_ROWS)


def is_list(text: str) -> bool:
    """True for a text sitemap: one address a line and nothing else."""
    lines = [line for line in map(str.strip, islice(text.split("\n"), 200)) if line]
    return bool(lines) and all(line.lower().startswith(("http://", "https://")) and " " not in line for line in lines)


def _rows(document: str, root: str, names: list[str]) -> Iterator[Row]:
    for element in elements(document, _LISTS[root]):
        parts: dict[str, str] = {}
        for child in element:
            name, prefix = local_name(child), _prefix(child)
            if name == "news":
                parts |= _news(child)
            elif name == "link" and child.get("hreflang") and child.get("href"):
                parts[f"in {child.get('href').strip()}"] = child.get("hreflang")
            elif name in ("loc", "lastmod") and not any(word in prefix for word in _FOREIGN):
                parts.setdefault(name, _value(child))
        if address := parts.get("loc", ""):
            if not names and parts.get("name"):
                names.append(parts["name"])
            yield Row(
                address,
                changed=read_date(parts.get("lastmod", "")),
                published=read_date(parts.get("publication_date", "")),
                title=parts.get("title", ""),
                keywords=parts.get("keywords", ""),
                language=parts.get("language", "") or parts.get(f"in {address}", ""),
            )


def _news(element: Any) -> dict[str, str]:
    """title, publication_date, keywords, and the publication's name and language, however deep they lie."""
    wanted = ("title", "publication_date", "keywords", "name", "language")
    found: dict[str, str] = {}
    for child in islice(element.iter(), 40):
        if (name := local_name(child)) in wanted:
            found.setdefault(name, _value(child))
    return found


def _prefix(element: Any) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[0].lower() if "}" in tag else tag.rpartition(":")[0].lower()


def _value(element: Any) -> str:
    return "".join(element.itertext())[:_LONGEST].strip()
