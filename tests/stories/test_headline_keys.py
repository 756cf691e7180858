"""One headline of one outlet has one key, whoever writes it and however the outlet is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.stories.headline import WITHIN, headline_keys, is_near

TITLE = "Nvidia ships its accelerator a month early"


def alike(a: tuple[str, str | None, str | None], b: tuple[str, str | None, str | None]) -> bool:
    return bool(set(headline_keys(a[0], a[1], a[2])) & set(headline_keys(b[0], b[1], b[2])))


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("Beispielblatt", None),
        ("beispielblatt ", "https://other.example/x"),
        ("Some other name", "https://www.beispielblatt.example/a/b"),
        ("Some other name", "http://tech.beispielblatt.example/feed"),
        ("The Beispielblatt", None),
    ],
)
def test_an_outlet_is_known_by_its_name_or_by_its_site(name: str, site: str | None):
    assert alike((TITLE, "Beispielblatt", "https://beispielblatt.example"), (TITLE.upper() + "!", name, site))


@pytest.mark.parametrize(
    "other",
    [
        (TITLE, "Another Paper", "https://another.example/x"),
        (TITLE + " again", "Beispielblatt", "https://beispielblatt.example"),
        (TITLE, "bbc", "https://www.another.co.uk/x"),
    ],
)
def test_another_outlet_or_another_headline_is_another_article(other: tuple[str, str | None, str | None]):
    assert not alike((TITLE, "Beispielblatt", "https://beispielblatt.example"), other)


def test_two_sites_below_one_countrys_second_level_are_two():
    assert not alike((TITLE, None, "https://www.one.co.uk/x"), (TITLE, None, "https://www.two.co.uk/x"))


@pytest.mark.parametrize("title", ["", "Daily briefing", "今日新闻", "!!! ??? ... --- ... ??? !!! ..."])
def test_a_headline_that_says_little_has_no_key(title: str):
    assert headline_keys(title, "Beispielblatt") == ()


def test_a_headline_of_han_says_as_much_in_half_as_many_signs():
    assert headline_keys("昇腾芯片本月开始批量出货", "样例日报")


def test_a_headline_comes_again_after_some_days_as_another_article():
    now = datetime(2026, 3, 10, tzinfo=UTC)
    assert is_near(now, now - WITHIN)
    assert not is_near(now, now - WITHIN - timedelta(seconds=1))
    assert is_near(None, now)
