"""XML of a stranger: the root is found before anything is parsed, and every element comes once."""

from __future__ import annotations

import pytest

from watcher.markup.xml import elements, local_name, root_at


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<?xml version="1.0"?><!-- <feed> --><!DOCTYPE x [<!ENTITY a "<b>">]><ns:UrlSet>', "urlset"),
        ("  <rss>", "rss"),
        ("words", ""),
        ("<!-- never closed <rss>", ""),
        ("<?xml", ""),
        ("<1>", ""),
    ],
)
def test_the_root_is_the_first_element_behind_all_that_may_stand_before_it(text: str, name: str) -> None:
    assert root_at(text)[0] == name


def test_every_element_comes_once_with_its_words_and_stray_ampersands_are_kept() -> None:
    document = "<r>" + "".join(f"<i><l>a?x=1&y={number}&amp;z</l></i>" for number in range(3_000)) + "</r>"
    words = ["".join(element.itertext()) for element in elements(document, "i")]
    assert words == [f"a?x=1&y={number}&z" for number in range(3_000)]
    assert [local_name(element) for element in elements("<a:r xmlns:a='x'><a:I/></a:r>", "i")] == ["i"]


def test_what_an_entity_would_bring_is_not_there() -> None:
    assert ["".join(each.itertext()) for each in elements("<r><i>&evil;</i></r>", "i")] == ["&evil;"]
