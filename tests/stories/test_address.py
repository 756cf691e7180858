from __future__ import annotations

import pytest

from watcher.stories.address import AddressSignal
from watcher.types import Document

SIGNAL = AddressSignal()


def at(url: str | None) -> Document:
    return Document("1", "", url=url)


def test_one_address_is_one_article_with_and_without_www_and_tls() -> None:
    score = SIGNAL.score(at("https://www.beispielblatt.example/a/1/"), at("http://beispielblatt.example/a/1"))
    assert score.value == 1.0
    assert score.shared[0].value == "beispielblatt.example/a/1"


@pytest.mark.parametrize(
    "url", [None, "", "https://beispielblatt.example/", "/a/1", "mailto:a@b.example", "http://[::1"]
)
def test_a_front_page_or_no_address_is_like_nothing(url: str | None) -> None:
    assert SIGNAL.keys(at(url)) == ()
    assert SIGNAL.score(at(url), at(url)).value == 0.0


def test_another_path_or_query_is_another_article() -> None:
    one = at("https://beispielblatt.example/a?id=1")
    assert SIGNAL.score(one, at("https://beispielblatt.example/a?id=2")).value == 0.0
    assert SIGNAL.score(one, at("https://beispielblatt.example/b?id=1")).value == 0.0
