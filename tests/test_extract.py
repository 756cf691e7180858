"""Every page in `pages/` is read as the JSON beside it says; dropping in a pair of files adds a test."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.extract import extract_page
from watcher.extract.claims import Claims, canonical_url, title
from watcher.extract.dates import read_moment
from watcher.extract.decoding import decode
from watcher.extract.tree import parse
from watcher.types import Extraction, Page

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
SENTENCE = (
    "The company said on Monday that its new accelerator will ship to customers in the third quarter of the year. "
)
PARAGRAPHS = f"<p>{SENTENCE * 3}</p>" * 20


def page(body: bytes | str, url: str = "https://paper.example/a/1", content_type: str = "text/html") -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return Page(url, 200, (("Content-Type", content_type),), raw, FETCHED)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\u3041-\u30ff\u3400-\u9fff]|[^\W\u3041-\u30ff\u3400-\u9fff]+", text.lower()))


def f1(got: str, wanted: str) -> float:
    found, expected = words(got), words(wanted)
    return 2 * (found & expected).total() / ((found.total() + expected.total()) or 1)


def read(path: Path) -> tuple[Extraction, dict[str, Any]]:
    case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    headers = tuple((name, value) for name, value in case["page"]["headers"])
    given_page = Page(case["page"]["url"], case["page"]["status"], headers, path.read_bytes(), FETCHED)
    return extract_page(given_page, None), case["expected"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_read_as_the_json_beside_it_says(path: Path) -> None:
    got, expected = read(path)
    found = {
        "outcome": got.outcome,
        "url": got.url,
        "title": got.title,
        "published": got.published.isoformat() if got.published else None,
        "language": got.language,
        "outlet": got.outlet,
        "authors": list(got.authors),
        "wall": got.wall,
    }
    assert {name: found[name] for name in expected if name != "text"} == {
        name: value for name, value in expected.items() if name != "text"
    }
    if "text" in expected:
        assert f1(got.text, expected["text"]) >= 0.97, got.text


def test_at_least_twenty_five_pages_are_kept() -> None:
    assert len(PAGES) >= 25


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"%PDF-1.7 " + b"x" * 100, id="pdf"),
        pytest.param(b"\x89PNG\r\n" + b"x" * 100, id="image"),
        pytest.param(b'{"a": "<p>x</p>"}', id="json"),
        pytest.param(b"<?xml version='1.0'?><urlset><url/></urlset>", id="sitemap"),
        pytest.param(b"only words " * 100, id="plain text"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00" * 1000, id="zeros"),
    ],
)
def test_what_is_no_html_is_no_article(body: bytes) -> None:
    assert extract_page(page(body), None).outcome == "not-an-article"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "Überraschung für Käufer"),
        ("cp1252", "Überraschung für „Käufer“"),
        ("cp1251", "Ускорители подорожали"),
        ("gb18030", "昇腾加速卡发布"),
        ("cp932", "半導体の出荷を発表"),
        ("cp949", "반도체 출시를 발표"),
        ("big5", "輝達洽談新晶片"),
        ("utf-16", "Überraschung für Käufer"),
    ],
)
@pytest.mark.parametrize("where", ["header", "meta", "meta against a default header"])
def test_a_charset_is_found_wherever_it_is_named(charset: str, text: str, where: str) -> None:
    meta = "" if where == "header" else f'<meta charset="{charset}">'
    kind = {"header": f"text/html; charset={charset}", "meta": "text/html"}.get(where, "text/html; charset=ISO-8859-1")
    got = decode(page(f"<html><head>{meta}</head><body>{text}</body></html>".encode(charset), content_type=kind))
    assert text in got


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=2000))
def test_any_bytes_give_an_extraction_and_clean_text(junk: bytes) -> None:
    got = extract_page(page(b"<html><body><p>" + junk + PARAGRAPHS.encode() + junk), None)
    assert not re.search(r"[\x00\ud800-\udfff]", got.text + got.title)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div>" * 600 + PARAGRAPHS, id="600 levels"),
        pytest.param("<div>" * 100_000 + PARAGRAPHS, id="100,000 levels"),
        pytest.param(PARAGRAPHS + "<a href='/x'>link text</a> " * 100_000, id="100,000 links"),
        pytest.param(PARAGRAPHS + "<br>" * 400_000, id="400,000 line breaks in a row"),
        pytest.param(PARAGRAPHS + "text<br>" * 100_000, id="100,000 lines"),
        pytest.param("<div " + " ".join(f"a{n}='x'" for n in range(50_000)) + ">" + PARAGRAPHS, id="50,000 attributes"),
        pytest.param("<table><td colspan=9007199254740992>x</table>" + PARAGRAPHS, id="a cell as wide as the sea"),
        pytest.param(
            '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + PARAGRAPHS, id="nested JSON"
        ),
    ],
)
def test_a_page_built_to_cost_much_is_read_in_a_few_seconds(body: str) -> None:
    began = time.process_time()
    got = extract_page(page(f"<html><body><h1>Accelerators</h1>{body}</body></html>"), None)
    assert got.outcome == "article"
    assert got.text.count(SENTENCE.strip()) >= 50
    assert time.process_time() - began < 6  # bare trafilatura takes over 10 s, or finds nothing


def test_the_same_page_gives_the_same_text_again() -> None:
    first, second = (extract_page(page(f"<html><body>{PARAGRAPHS}</body></html>"), None) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a/1?page=2", "https://paper.example/a/1?page=2"),
        ("https://www.paper.example/a/1", "https://www.paper.example/a/1"),
        ("https://paper.example/", None),
        ("https://other.example/a/1", None),
        ("javascript:alert(1)", None),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_a_canonical_address_is_taken_from_the_same_site_only(link: str, expected: str | None) -> None:
    tree = parse(f'<html><head><link rel="canonical" href="{link}"></head><body>x</body></html>')
    assert tree
    assert canonical_url(Claims(tree.root, page(""))) == expected


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("DeepSeek lowers prices | The Paper", "DeepSeek lowers prices"),
        ("The Paper: DeepSeek lowers prices", "The Paper: DeepSeek lowers prices"),
        ("The Paper - DeepSeek lowers prices", "DeepSeek lowers prices"),
        ("Nvidia - the long way up", "Nvidia - the long way up"),
        ("Prices | Chips | The Paper", "Prices | Chips"),
    ],
)
def test_a_title_loses_the_name_of_its_outlet_and_nothing_else(element: str, expected: str) -> None:
    tree = parse(
        f'<html><head><meta property="og:site_name" content="The Paper"><title>{element}</title></head></html>'
    )
    assert tree
    assert title(Claims(tree.root, page(""))) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2025-01-28T09:30:00+08:00", "2025-01-28T01:30:00+00:00"),
        ("2025-01-28T09:30:00.000Z", "2025-01-28T09:30:00+00:00"),
        ("2025-01-28 09:30", "2025-01-28T09:30:00+00:00"),
        ("20250128T093000Z", "2025-01-28T09:30:00+00:00"),
        ("Tue, 28 Jan 2025 09:30:00 GMT", "2025-01-28T09:30:00+00:00"),
        ("1738056600", "2025-01-28T09:30:00+00:00"),
        ("2025-02-30", None),
        ("yesterday", None),
        ("2024年1月1日", None),
        ("", None),
    ],
)
def test_a_date_for_machines_is_read_and_words_are_not(raw: str, expected: str | None) -> None:
    moment = read_moment(raw)
    assert (moment.isoformat() if moment else None) == expected


def test_a_given_language_wins_unless_text_and_page_agree_on_another() -> None:
    english = f"<html lang='{{}}'><body>{PARAGRAPHS}</body></html>"
    assert extract_page(page(english.format("pt")), "pt").language == "pt"
    assert extract_page(page(english.format("en")), "pt").language == "en"
    assert extract_page(page(english.format("pt")), None).language == "en"
