"""Selectors: what they name, and what is wrong with those that name nothing anybody could mean."""

from __future__ import annotations

import pytest

from watcher.markup.page import parse
from watcher.markup.select import select, selector_problem

TREE = parse("<html><div class='a b'><p>1</p><p lang=de>2</p></div><p>3</p></html>")


def test_a_selector_names_elements_in_the_order_of_the_page() -> None:
    assert TREE is not None
    assert [each.text for each in select(TREE.root, "div.a > p, p:lang(de), body > p")] == ["1", "2", "3"]
    assert select(TREE.root, "article") == []


@pytest.mark.parametrize("text", ["", "div[", "p:", "::", "p:nonsense(1)", "a >", "(" * 500, "p::first-line::x"])
def test_what_is_no_selector_is_told_in_words(text: str) -> None:
    assert selector_problem(text)
    assert TREE is not None
    with pytest.raises(ValueError, match=r"\S"):
        select(TREE.root, text)
