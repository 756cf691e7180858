"""Links that only lead on: told apart, decoded where they carry their target, and what is asked for the others."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from searched import GOOGLE, OPAQUE, link, reply

from watcher.sources.query.redirects import Signed, answer, decoded, is_redirect, question, signed, target
from watcher.types import Page


def page(body: bytes) -> Page:
    return Page("https://news.google.com/x", 200, (), body, datetime(2026, 3, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("url", "leads_on"),
    [
        (GOOGLE + OPAQUE + "?oc=5", True),
        ("https://news.google.com/articles/" + OPAQUE, True),
        ("https://news.google.com/read/" + OPAQUE + "?hl=de", True),
        ("https://news.google.com/__i/rss/rd/articles/" + OPAQUE, True),
        ("https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fa.example", True),
        ("https://news.google.com/rss/search?q=x", False),
        ("https://news.google.com/", False),
        ("https://notnews.google.com.example/rss/articles/" + OPAQUE, False),
        ("https://www.bing.com/news/search?q=x", False),
        ("no address", False),
    ],
)
def test_only_a_link_of_a_search_leads_on(url: str, leads_on: bool):
    assert is_redirect(url) is leads_on


def test_an_old_link_of_google_carries_its_target():
    assert decoded(link("https://a.example/x?y=1", "https://a.example/amp")) == "https://a.example/x?y=1"
    long = "https://a.example/" + "x" * 300
    assert decoded(link(long)) == long


def test_a_new_link_of_google_does_not():
    assert decoded(GOOGLE + OPAQUE) is None


def test_bings_link_carries_its_target_and_one_without_does_not():
    assert (
        decoded("https://www.bing.com/news/apiclick.aspx?tid=1&url=https%3a%2f%2fa.example%2fx")
        == "https://a.example/x"
    )
    assert decoded("https://www.bing.com/news/apiclick.aspx?tid=1") is None


@pytest.mark.parametrize(
    "inner", ["javascript:alert(1)", "file:///etc/passwd", "httpfoo", GOOGLE + OPAQUE, "https://accounts.google.com/x"]
)
def test_a_link_never_leads_to_what_is_no_page_of_a_publisher(inner: str):
    assert decoded(link(inner)) is None
    assert target(inner) is None


@given(st.binary(max_size=200))
def test_no_id_breaks_the_decoder(data: bytes):
    found = decoded(GOOGLE + base64.urlsafe_b64encode(data).decode() + "A" * 16)
    assert found is None or found.startswith("http")


@given(st.text(max_size=100))
def test_no_text_breaks_the_reader_of_links(text: str):
    decoded(text)
    decoded(GOOGLE + text)
    assert answer(page(text.encode("utf-8", "surrogatepass"))) is None


SIGNED = f'<c-wiz><div jscontroller="x" data-n-a-id="{OPAQUE}" data-n-a-ts="1773117000" data-n-a-sg="AZ5r3eQ&amp;x">'


def test_a_page_of_google_says_with_what_its_target_can_be_asked():
    assert signed(OPAQUE, page(b"<html>" + SIGNED.encode() + b"</div>")) == Signed(OPAQUE, "1773117000", "AZ5r3eQ&x")
    assert signed("another" * 4, page(SIGNED.encode())) is None
    assert signed(OPAQUE, page(b"<html><form action='https://consent.google.com/save'>")) is None


def test_the_question_is_a_form_that_names_link_time_and_signature():
    request = question(Signed(OPAQUE, "1773117000", 'A"b'))
    ((name, value),) = request.form
    inner = json.loads(json.loads(value)[0][0][1])
    assert (name, inner[0], inner[2:]) == ("f.req", "garturlreq", [OPAQUE, 1773117000, 'A"b'])
    assert request.url.startswith("https://news.google.com/_/")


def test_the_answer_is_the_target_whole_or_in_chunks():
    assert answer(page(reply("https://a.example/x"))) == "https://a.example/x"
    lines = reply("https://a.example/x").split(b"\n\n")
    assert (
        answer(page(lines[0] + b"\n\n105\n" + lines[1] + b'\n25\n[["e",4,null,null,131]]\n')) == "https://a.example/x"
    )


@pytest.mark.parametrize("url", [None, 7, "", "javascript:x", "https://news.google.com/x", GOOGLE + OPAQUE])
def test_an_answer_that_names_no_publisher_is_none(url: object):
    assert answer(page(reply(url))) is None
