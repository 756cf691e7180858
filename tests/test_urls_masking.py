"""What of an address may be shown."""

from __future__ import annotations

import random
import string
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.types import Access, Source
from watcher.urls import apart, masked, masked_for, masked_text, remembered, secrets_of

SHOWN = [
    ("https://reader:pw@example.org/feed", "https://example.org/feed"),
    ("https://reader@example.org/feed", "https://example.org/feed"),
    ("https://a:b@c@example.org/", "https://example.org/"),
    ("https://example.org/feed?token=abc", "https://example.org/feed?token=…"),
    ("https://example.org/feed?lang=de&api_key=abc&n=3", "https://example.org/feed?lang=de&api_key=…&n=3"),
    ("https://example.org/feed?X-Amz-Signature=1&X-Amz-Credential=2&X-Amz-Date=3",
     "https://example.org/feed?X-Amz-Signature=…&X-Amz-Credential=…&X-Amz-Date=3"),
    ("https://example.org/feed?AUTH=a;sid=b", "https://example.org/feed?AUTH=…;sid=…"),
    ("https://example.org/feed?auth%5Ftoken=abc", "https://example.org/feed?auth%5Ftoken=…"),
    ("https://example.org/token/abc/feed.xml", "https://example.org/token/…/feed.xml"),
    ("https://example.org/private/9/feed.xml", "https://example.org/private/…/feed.xml"),
    ("https://example.org/u/3f2a9c417be05d86/rss", "https://example.org/u/…/rss"),
    ("https://example.org/c56a4180-65aa-42ec-a945-5fd21dec0538.rss", "https://example.org/…"),
    ("https://example.org/a;jsessionid=1A2B", "https://example.org/a;jsessionid=…"),
    ("https://example.org/feed?Xk29dLw8Qp3Rt7Zm", "https://example.org/feed?…"),
    ("https://example.org/login?next=%2Ffeed%3Ftoken%3Dabc", "https://example.org/login?next=…"),
    ("https://example.org/#access_token=abc&x=1", "https://example.org/#access_token=…&x=1"),
    ("postgresql://user:pw@db/name", "postgresql://db/name"),
]  # fmt: skip
WHOLE = [
    "https://example.org/", "https://example.org/2026/11/22/huawei-ascend-910c-und-nvidia-h20-im-vergleich.html",
    "https://example.org/wissenschaft/donaudampfschifffahrtsgesellschaft-streikt-rechtsschutzversicherung-zahlt",
    "https://example.org/news/idUSKBN2B01P4?page=2&p=12345", "https://example.org/?s=deepseek&author=schmidt",
    "https://www.youtube.com/feeds/videos.xml?channel_id=UCXuqSBlHAE6Xw-yeJA0Tunw",
    "https://example.org/人工智能/昇腾910C发布?关键词=华为", "https://example.org/%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD/a",
    "https://example.org/0,2817,2401234,00.asp", "https://example.org/t20250128_1234567.shtml",
    "https://example.org/DeepSeekR1-0528-Qwen3-8B", "https://example.org/WasDieNeuenChipsKoennenUndKosten",
    "https://news.google.com/rss/search?q=DeepSeek+OR+Huawei+Ascend&hl=de&gl=DE&ceid=DE:de",
    "/feed.xml", "", "no address",
]  # fmt: skip


@pytest.mark.parametrize(("url", "shown"), SHOWN)
def test_what_looks_secret_is_not_shown(url: str, shown: str) -> None:
    assert masked(url) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize("url", WHOLE)
def test_an_ordinary_address_is_shown_as_it_is(url: str) -> None:
    assert masked(url) == url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@example.org:8443/a/b?c=d#e", "https://example.org:8443/…"),
        ("https://example.org/", "https://example.org/"),
        ("https://example.org", "https://example.org"),
        ("https://example.org?abc", "https://example.org/…"),
        ("kanarienvogel", "…"),
    ],
)
def test_of_an_address_that_is_a_secret_only_the_host_is_shown(url: str, shown: str) -> None:
    assert masked(url, whole=True).rstrip("/") == shown.rstrip("/")


def test_a_source_with_a_secret_address_is_shown_by_its_host_and_known_again_by_a_hash() -> None:
    open_one = Source("a", "https://example.org/feed?token=abc")
    secret = Source("a", "https://example.org/abc/feed", access=Access("https://example.org:443", secret=True))
    assert masked_for(open_one) == "https://example.org/feed?token=…"
    assert masked_for(secret) == masked_for(secret, "https://example.org/abc/other") == "https://example.org/…"
    assert remembered(open_one) == open_one.url
    assert remembered(secret) == remembered(replace(secret)) != remembered(replace(secret, url="https://example.org/x"))
    assert remembered(secret).startswith("secret:")


def test_addresses_in_a_text_are_masked_where_they_stand() -> None:
    text = 'asked "https://u:p@a.example/?key=1", then feed:https://b.example/x?token=2; http://c.example/d was fine.'
    assert masked_text(text) == (
        'asked "https://a.example/?key=…", then feed:https://b.example/x?token=…; http://c.example/d was fine.'
    )


@pytest.mark.parametrize(
    ("name", "letters", "least"),
    [
        ("hexadecimal", "0123456789abcdef", 100),
        ("base 32", string.ascii_uppercase + "234567", 90),
        ("base 36", string.ascii_lowercase + string.digits, 96),
        ("base 62", string.ascii_letters + string.digits, 99),
        ("base 64", string.ascii_letters + string.digits + "-_", 97),
    ],
)
def test_tokens_are_known_by_their_look(name: str, letters: str, least: float) -> None:
    chance = random.Random(name)
    tokens = ["".join(chance.choices(letters, k=chance.randint(20, 44))) for _ in range(1_000)]
    hidden = sum(token not in masked(f"https://example.org/{token}/feed.xml") for token in tokens)
    assert hidden / 10 >= least


@given(st.uuids(version=4))
def test_an_identifier_that_nobody_guesses_is_hidden(id: uuid.UUID) -> None:
    assert str(id) not in masked(f"https://example.org/feed/{id}")


@given(st.text(), st.booleans())
def test_masking_raises_for_no_text_and_masks_but_once(text: str, whole: bool) -> None:
    once = masked(text, whole)
    assert masked(once) == once or whole
    masked_text(text)
    secrets_of(text)


@given(st.text("abcXYZ019-_.~", min_size=8, max_size=30), st.sampled_from(["?token={}", "/key/{}", "?x=1&sig={}#y"]))
def test_what_is_hidden_is_known_so_that_other_texts_can_be_searched_for_it(secret: str, form: str) -> None:
    url = "https://example.org/feed" + form.format(secret)
    assert secret not in masked(url)
    assert secret in secrets_of(url)


@pytest.mark.parametrize(
    ("url", "plain", "credentials"),
    [
        ("http://p.example:1", "http://p.example:1", None),
        ("http://u:p%40%3a@p.example:1", "http://p.example:1", ("u", "p@:")),
        ("http://u@p.example/a@b", "http://p.example/a@b", ("u", "")),
        ("http://p.example/a@b", "http://p.example/a@b", None),
    ],
)
def test_credentials_are_taken_from_the_front_of_an_address(
    url: str, plain: str, credentials: tuple[str, str] | None
) -> None:
    assert apart(url) == (plain, credentials)
