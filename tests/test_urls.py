"""One address per article, and one parser for every address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.urls import absolute, canonical, host, host_port, split

SAME = [
    ("HTTP://Example.ORG:80/a/./b/../c#top", "https://example.org/a/c"),
    ("https://example.org:443", "https://example.org/"),
    ("https://example.org/a/", "https://example.org/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org/%7euser/%2fx", "https://example.org/~user/%2Fx"),
    ("https://example.org/grün?q=ä", "https://example.org/gr%C3%BCn?q=%C3%A4"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://example.org/?utm_source=rss&id=7&utm_medium=feed", "https://example.org/?id=7"),
    ("https://example.org/a?fbclid=x&gclid=y&mc_cid=z&wt_mc=rss", "https://example.org/a"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?ref=other-site.com", "https://example.org/a"),
    ("https://example.org/a?from=timeline&isappinstalled=0", "https://example.org/a"),
    ("https://example.org/a;jsessionid=12AB?x=1", "https://example.org/a?x=1"),
    ("https://example.org/a-long-slug-here/amp/", "https://example.org/a-long-slug-here"),
    ("https://example.org/a-long-slug?amp=1", "https://example.org/a-long-slug"),
    ("https://www.google.com/url?rct=j&url=https%3A%2F%2Fexample.org%2Fa%3Fid%3D7&ct=ga", "https://example.org/a?id=7"),
    ("https://www.google.de/amp/s/example.org/a-b", "https://example.org/a-b"),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/a", "https://example.org/a"),
    (
        "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.org%2fa&c=1",
        "https://example.org/a",
    ),
    ("https://news.google.com/rss/articles/CBMi?oc=5&hl=en-US", "https://news.google.com/rss/articles/CBMi"),
    ("http://127.0.0.1:8080/a/", "http://127.0.0.1:8080/a"),
    ("http://localhost/a", "http://localhost/a"),
    ("http://[::1]:80/a", "http://[::1]/a"),
]
APART = [
    ("https://example.org/?p=1", "https://example.org/?p=2"),
    ("https://example.org/?article=1&id=2", "https://example.org/?article=1&id=3"),
    ("https://example.org/a?ref=main", "https://example.org/a?ref=v2"),
    ("https://example.org/a?source=7", "https://example.org/a"),
    ("https://www.example.org/a", "https://example.org/a"),
    ("https://example.org:8443/a", "https://example.org/a"),
    ("http://example.org:8080/a", "https://example.org:8080/a"),
    ("https://example.org/A", "https://example.org/a"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/products/amp", "https://example.org/products"),
    ("https://example.org/#/news/1", "https://example.org/#/news/2"),
    ("https://example.org/a?x=1&x=2", "https://example.org/a?x=2&x=1"),
]
REFUSED = [
    "", "example.org/a", "/a", "ftp://example.org/", "javascript:alert(1)", "mailto:a@example.org", "http://",
    "http:///a", "http://user@example.org/", "http://user:pw@example.org/", "http://example.org\\@evil.example/",
    "http:\\\\example.org/", "http://example.org/a\\b", "http://exa mple.org/", "http://example.org\x00/",
    "http://example.org/a\nb", "http://１２７.0.0.1/", "http://①②⑦.0.0.1/", "http://ｅxample.org/", "http://127.1/",
    "http://0x7f.0.0.1/", "http://0x7f000001/", "http://2130706433/", "http://0177.0.0.1/", "http://127.0.0.1.2/",
    "http://example.org:0/", "http://example.org:65536/", "http://example.org:8a/", "http://[::1/",
    "http://[fe80::1%25eth0]/", "http://[::1].example.org/", "http://.example.org/", "http://a..example/",
    "http://example.org%2f@evil/", "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.org/",
    "httpſ://example.org/", "http://\ud800.org/", "http://example.org/" + "a" * 9000, "http://example。org/",
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), SAME)
def test_spellings_of_one_address_become_one(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(("one", "other"), APART)
def test_addresses_that_may_select_different_articles_stay_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("url", REFUSED)
def test_what_two_parsers_could_read_differently_is_no_address(url: str) -> None:
    assert canonical(url) is None
    assert split(url) is None
    assert host(url) == host_port(url) == ""


def test_both_schemes_of_a_publisher_are_one_article() -> None:
    assert canonical("http://example.org/a") == canonical("https://example.org/a")


def test_a_lane_is_named_by_host_and_port() -> None:
    assert host_port("https://Example.org/a") == "example.org:443"
    assert host_port("http://[::1]:8080/") == "[::1]:8080"
    assert host("https://bücher.example:8443/x") == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("base", "link", "expected"),
    [
        ("https://example.org/news/today?x=1", "../a", "https://example.org/a"),
        ("https://example.org/news/", "b/./c", "https://example.org/news/b/c"),
        ("https://example.org", "a", "https://example.org/a"),
        ("https://example.org/a?x=1", "?y=2", "https://example.org/a?y=2"),
        ("https://example.org/a", "//other.example/b", "https://other.example/b"),
        ("https://example.org/a", "  https://other.example/b \n", "https://other.example/b"),
        ("https://example.org/a", "/b c\"d", "https://example.org/b%20c%22d"),
        (None, "https://example.org/日本", "https://example.org/日本"),
        (None, "feed://example.org/rss", "http://example.org/rss"),
        (None, "feed:https://example.org/rss", "https://example.org/rss"),
        (None, "/a", None),
        ("https://example.org/", "", None),
        ("https://example.org/", "javascript:alert(1)", None),
        ("https://example.org/", "data:text/html,x", None),
        ("https://example.org/", "//user@evil.example/", None),
        ("https://example.org/", "http:\\\\evil.example", None),
        ("not an address", "/a", None),
        ("javascript:x", "a", None),
    ],
)  # fmt: skip
def test_a_link_means_an_absolute_address_or_none(base: str | None, link: str, expected: str | None) -> None:
    assert absolute(base, link) == expected


_PIECES = st.sampled_from(
    [
        *"/?&=#%;.:@[]-~+ äß日\\",
        "..",
        "%2e",
        "%2F",
        "%zz",
        "amp",
        "a-b-c",
        "utm_source",
        "ref",
        "id",
        "http://",
        "x.org",
    ]
)
_URLS = st.builds(
    lambda scheme, name, rest: f"{scheme}://{name}{rest}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        [
            "example.org",
            "EXAMPLE.org:80",
            "www.google.com",
            "bücher.example",
            "127.0.0.1:81",
            "[::1]",
            "news.google.com",
        ]
    ),
    st.one_of(st.lists(_PIECES, max_size=12).map(lambda pieces: "/" + "".join(pieces)), st.text(max_size=30)),
)


@given(_URLS)
def test_the_canonical_address_of_a_canonical_address_is_itself(url: str) -> None:
    once = canonical(url)
    if once is not None:
        assert canonical(once) == once
        assert once.isascii()
        assert once.isprintable()


@given(st.one_of(st.text(max_size=60), _URLS), st.one_of(st.text(max_size=60), _URLS))
def test_no_text_makes_the_parser_raise_and_what_it_gives_is_an_address(base: str, link: str) -> None:
    canonical(link)
    resolved = absolute(base, link)
    if resolved is not None:
        address = split(resolved)
        assert address is not None
        assert address.target.isascii()
        assert canonical(resolved) is not None
