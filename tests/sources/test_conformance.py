"""Every well-formed feed yields all its entries: feeds built here in every dialect, and a parser that counts along."""

from __future__ import annotations

import time
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import bearable

from watcher.sources import read_any

FOLDER = Path(__file__).parent / "feed"
FILES = sorted(FOLDER.glob("*.xml"))


def local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def counted(element: ET.Element) -> int:
    """Entries below an element; one inside another is part of it."""
    return sum(1 if local(child.tag) in ("item", "entry") else counted(child) for child in element)


def test_a_strict_parser_counts_the_same_entries_in_our_files() -> None:
    compared = 0
    for path in FILES:
        try:
            root = ET.fromstring(path.read_bytes())  # noqa: S314
        except (ET.ParseError, ValueError, LookupError):
            continue  # damaged on purpose, or in an encoding only a reader of feeds knows
        expected = 1 if local(root.tag) == "entry" else counted(root)
        assert len(read_any(path.read_bytes(), kind="feed").leads) == expected, path.name
        compared += 1
    assert compared > 25


# For each dialect: what surrounds the entries, and one entry with its title and address.
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DIALECTS = {
    "rss 0.91": (
        '<rss version="0.91"><channel>',
        "<item><title>{t}</title><link>{u}</link></item>",
        "</channel></rss>",
    ),
    "rss 2.0": (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>c</title>',
        '<item><dc:creator>x</dc:creator><guid isPermaLink="false">g</guid><title>{t}</title><link>{u}</link></item>',
        "</channel></rss>",
    ),
    "rss after its channel": ("<rss><channel/>", "<item><title>{t}</title><link>{u}</link></item>", "</rss>"),
    "rss 2.0 with a namespace": (
        '<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel>',
        "<item><title>{t}</title><link>{u}</link></item>",
        "</channel></rss>",
    ),
    "rss with a prefix": (
        '<r:rss xmlns:r="http://purl.org/rss/1.0/"><r:channel>',
        "<r:item><r:title>{t}</r:title><r:link>{u}</r:link></r:item>",
        "</r:channel></r:rss>",
    ),
    "rdf 1.0": (
        f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"/>',
        '<item rdf:about="{u}"><title>{t}</title><link>{u}</link></item>',
        "</rdf:RDF>",
    ),
    "rdf 0.90": (
        f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>c</title></channel>',
        "<item><title>{t}</title><link>{u}</link></item>",
        "</rdf:RDF>",
    ),
    "atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#">',
        '<entry><title mode="escaped">{t}</title><link rel="alternate" type="text/html" href="{u}"/></entry>',
        "</feed>",
    ),
    "atom 1.0": (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="x"/>',
        '<entry><link rel="self" href="y"/><link href="{u}"/><title type="text">{t}</title></entry>',
        "</feed>",
    ),
    "atom with a prefix": (
        '<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">',
        '<atom:entry><atom:title>{t}</atom:title><atom:link href="{u}"/></atom:entry>',
        "</atom:feed>",
    ),
}
_NOISE = st.sampled_from(
    (
        "",
        "\n\t",
        "<!-- <item></item> -->",
        "<!-- </rss></feed> <![CDATA[ -->",
        "<?note </channel>?>",
        "<!-- <rss><feed> -->",
        '<x:a xmlns:x="urn:x">y<x:title>z</x:title></x:a>',
        "<!-- ]]> &nbsp; -->",
    )
)
_LETTERS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "So"), exclude_characters="<>&"),
    min_size=1,
    max_size=20,
)


def is_doubly_encoded(text: str) -> bool:
    """UTF-8 that was taken for Latin-1 on its way ("Ã¼"): the parser undoes it, and hardly ever is it meant."""
    try:
        return text.encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False


_TITLES = _LETTERS.filter(lambda text: not is_doubly_encoded(text))
_SPELLINGS = {
    "plain": escape,
    "section": lambda text: f"<![CDATA[{text}]]>",
    "numbers": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "hexadecimal": lambda text: "".join(f"&#x{ord(character):X};" for character in text),
}
_HEADS = ("", '<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "<rss/>"> <!-- ]> -->]>')


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(DIALECTS)),
    st.lists(st.tuples(_TITLES, st.sampled_from(sorted(_SPELLINGS)), _NOISE), max_size=4),
    st.sampled_from(_HEADS),
    _NOISE,
    st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le")),
)
def test_every_entry_is_found_with_its_title_and_address(
    dialect: str, entries: list[tuple[str, str, str]], head: str, noise: str, encoding: str
) -> None:
    before, entry, after = DIALECTS[dialect]
    urls = [f"https://beispiel.example/{number}" for number in range(len(entries))]
    parts = [
        between + entry.replace("{t}", _SPELLINGS[spelling](text)).replace("{u}", url)
        for (text, spelling, between), url in zip(entries, urls, strict=True)
    ]
    comment = noise if noise.startswith(("<!--", "\n")) else ""
    document = f"{head}{comment if head else ''}{before}{noise}{''.join(parts)}{noise}{after}{comment}"
    leads = read_any(document.encode(encoding), kind="feed").leads
    assert [lead.url for lead in leads] == urls
    titles = [" ".join(unicodedata.normalize("NFC", text).split()) for text, _, _ in entries]
    assert [lead.title for lead in leads] == titles


@pytest.mark.parametrize("count", [0, 1, 2_500])
def test_a_feed_has_as_many_leads_as_entries(count: int) -> None:
    before, entry, after = DIALECTS["rss 2.0"]
    items = "".join(
        entry.replace("{t}", str(number)).replace("{u}", f"https://a.example/{number}") for number in range(count)
    )
    assert len(read_any((before + items + after).encode(), kind="feed").leads) == count


@pytest.mark.parametrize("element", ["author", "dc:creator", "managingEditor"])
def test_a_name_of_a_million_characters_takes_no_longer_than_another(element: str) -> None:
    name = "0123456789" * 100_000
    text = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A</title>'
        f"<{element}>{name}</{element}><item><title>One</title><{element}>{name}</{element}></item></channel></rss>"
    )
    before = time.process_time()
    reading = read_any(text.encode(), "https://paper.example/feed", "feed")
    assert [lead.title for lead in reading.leads] == ["One"]
    assert time.process_time() - before < bearable(10), "a bound that only a search in square time breaks"
