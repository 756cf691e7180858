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
from pace import bearable

from watcher.extract import extract_page
from watcher.extract.body import guess_charsets
from watcher.extract.claims import Claims, canonical_url, title
from watcher.extract.dates import read_moment
from watcher.markup.decoding import decode
from watcher.markup.page import parse
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
    got = decode(
        page(f"<html><head>{meta}</head><body>{text}</body></html>".encode(charset), content_type=kind), guess_charsets
    )
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
    assert time.process_time() - began < bearable(6)  # bare trafilatura takes over 10 s, or finds nothing


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
        ("The Paper: DeepSeek lowers prices", "DeepSeek lowers prices"),
        ("Reuters: DeepSeek lowers prices", "Reuters: DeepSeek lowers prices"),
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


TEASER = "<h1>Title of the story</h1>" + f"<p>{SENTENCE * 2}</p>"


@pytest.mark.parametrize(
    "offer",
    [
        "Subscribe to continue reading",
        "This article is for subscribers only. Log in to continue reading.",
        "Assine para continuar lendo esta matéria",
        "Dieser Artikel ist nur für Abonnenten. Jetzt abonnieren und weiterlesen.",
        "Suscríbete para seguir leyendo",
        "La suite est réservée aux abonnés",
        "Contenuto riservato agli abbonati",
        "Dit artikel is alleen voor abonnees",
        "Wykup dostęp, aby czytać dalej",
        "Okumaya devam etmek için abone olun",
        "Оформите подписку, чтобы продолжить чтение",
        "اشترك لمواصلة القراءة",
        "登录后继续阅读全文",
        "本文仅限会员阅读",
        "この記事は会員限定です",
        "로그인하시면 전체 기사를 보실 수 있습니다",
    ],
)
def test_a_teaser_above_an_offer_is_a_paywall_and_the_offer_is_no_text(offer: str) -> None:
    got = extract_page(page(f"<html><body>{TEASER}<div><p>{offer}</p></div></body></html>"), "en")
    assert got.wall == "paywall"
    assert offer not in got.text


def test_an_article_about_subscriptions_is_no_paywall() -> None:
    about = "<p>Readers are asked to subscribe to continue reading, which a court found to be lawful last week.</p>"
    got = extract_page(page(f"<html><body><h1>Paywalls are lawful</h1>{PARAGRAPHS}{about}</body></html>"), None)
    assert (got.outcome, got.wall) == ("article", None)


@pytest.mark.parametrize(
    "words",
    [
        "We value your privacy. We and our partners store and/or access information. Accept all. Reject all.",
        "Valorizamos a sua privacidade. Utilizamos cookies com o seu consentimento. Aceitar tudo. Rejeitar tudo.",
        "Wir und unsere Partner verwenden Cookies. Ihre Einwilligung. Alle akzeptieren. Alle ablehnen.",
        "Valoramos tu privacidad. Utilizamos cookies. Aceptar todo. Rechazar todo. Retirar el consentimiento.",
        "Nous utilisons des cookies avec votre consentement. Tout accepter. Tout refuser. Votre vie privée.",
        "Teniamo alla tua privacy. Utilizziamo i cookie. Accetta tutto. Rifiuta tutto.",
        "Wij gebruiken cookies. Uw privacy. Alles accepteren. Alles weigeren. Toestemming intrekken.",
        "Cenimy Twoją prywatność. Używamy plików cookie. Zaakceptuj wszystkie. Odrzuć wszystkie.",
        "Gizliliğinize önem veriyoruz. Çerez kullanıyoruz. Tümünü kabul et. Tümünü reddet.",
        "Мы ценим вашу конфиденциальность. Файлы cookie. Принять все. Отклонить все.",
        "我们重视您的隐私。本网站使用 cookie。全部接受。全部拒绝。",
        "プライバシーを尊重します。当サイトはCookieを使用します。すべて同意。すべて拒否。",
        "개인정보를 존중합니다. 쿠키를 사용합니다. 모두 동의. 모두 거부.",
        "نقدر خصوصيتك. ملفات تعريف الارتباط. قبول الكل. رفض الكل.",
    ],
)
@pytest.mark.parametrize("box", ['<div id="box">', '<div class="cookie-wall">'])
def test_a_page_that_only_asks_for_consent_is_a_consent_wall(words: str, box: str) -> None:
    got = extract_page(page(f"<html><body>{box}<p>{words}</p></div><footer>Imprint</footer></body></html>"), None)
    assert (got.outcome, got.wall, got.text) == ("not-an-article", "consent-wall", "")


def test_a_brief_above_many_links_is_an_article_and_a_list_of_teasers_is_none() -> None:
    links = "".join(f"<div><h3><a href='/{n}'>Another headline, number {n}</a></h3></div>" for n in range(9))
    brief = f"<html><body><main><h1>Chips</h1><p>{SENTENCE}</p><p>{SENTENCE * 2}</p>{links}</main></body></html>"
    assert extract_page(page(brief), None).outcome == "article"
    teasers = links.replace("</h3>", f"</h3><p>{SENTENCE * 2}</p>")
    assert extract_page(page(f"<html><body><h1>Chips</h1>{teasers}</body></html>"), None).outcome == "not-an-article"


def test_a_text_that_stands_in_linked_data_only_is_read_unless_it_is_sold() -> None:
    for free, outcome in (("true", "article"), ("false", "too-short")):
        data = f'{{"@type": "NewsArticle", "isAccessibleForFree": {free}, "articleBody": "{SENTENCE * 5}"}}'
        script = f'<script type="application/ld+json">{data}</script>'
        got = extract_page(page(f"<html><head>{script}</head><body><div id=app></div></body></html>"), None)
        assert got.outcome == outcome


def test_a_banner_above_an_article_is_no_wall_and_no_text() -> None:
    banner = '<div class="cookie"><p>We use cookies and value your privacy. Accept all. Reject all.</p></div>'
    got = extract_page(page(f"<html><body>{banner}<article><h1>Chips</h1>{PARAGRAPHS}</article></body></html>"), None)
    assert (got.outcome, got.wall) == ("article", None)
    assert "cookies" not in got.text


def test_a_paragraph_that_is_only_a_link_to_another_site_leaves_its_address():
    prose = "<p>" + "The thread talks of a plant that opens in the north next year, and of its cost. " * 8 + "</p>"
    body = (
        "<html><body><article><h1>Chips up north</h1><p> <a href='https://paper.example/a?b=1'>The plant</a></p>"
        f"<p><a href='https://bench.example/t/2'>Own page</a></p>{prose}<p>See <a href='https://x.example/c'>that</a></p>"
        "<p><a href='https://paper.example/'>A front page</a></p></article></body></html>"
    )
    assert extract_page(page(body, "https://bench.example/t/1"), None).links == ("https://paper.example/a?b=1",)
