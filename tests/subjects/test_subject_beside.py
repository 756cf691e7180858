"""Names that stand beside a known one in texts of other scripts."""

from __future__ import annotations

import pytest

from watcher.subjects import names_beside


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("台积电（TSMC）在德国的工厂", "台积电"),
        ("据报道，“台積電”(TSMC)宣布", "台積電"),
        ("台湾積体電路製造（TSMC）がドイツで", "台湾積体電路製造"),
        ("The chipmaker TSMC (台积电) said", "台积电"),
        (
            "Shares of Taiwan Semiconductor Manufacturing Company (TSMC) rose",
            "Taiwan Semiconductor Manufacturing Company",
        ),
        ("TSMC (Taiwan Semiconductor Manufacturing Company) rose", "Taiwan Semiconductor Manufacturing Company"),
        ("شركة تي إس إم سي (TSMC) قالت", "سي"),
    ],
)
def test_a_name_in_brackets_or_before_them_is_found(text: str, name: str):
    assert name in [each.name for each in names_beside(["TSMC"], [text])]


@pytest.mark.parametrize(
    "text",
    [
        "TSMC (left) and its rival", "TSMC (2330.TW) rose", "TSMC (+3%)", "the company (TSMC) said", "TSMC", "(TSMC)",
        "TSMC ()", "TSMC (see page 3)", "in Dresden (TSMC has a plant there)",
    ],
)  # fmt: skip
def test_what_is_no_name_is_not(text: str):
    assert not names_beside(["TSMC"], [text])


def test_what_most_texts_have_comes_first_and_a_doubtful_beginning_is_only_perhaps():
    texts = ["台积电（TSMC）。", "即台积电（TSMC）！", "昨日德国总理访问台积电（TSMC）", "TSMC (台半)"]
    first, *rest = names_beside(["TSMC"], texts)
    assert (first.name, first.texts, first.sure) == ("台积电", 3, True)
    assert [each.name for each in rest] == ["台半"]
    assert first.called().sure


def test_where_no_spaces_are_written_one_text_is_not_enough():
    (only,) = names_beside(["TSMC"], ["昨日德国总理访问台积电（TSMC）"])
    assert (only.name, only.sure) == ("昨日德国总理访问台积电", False)
    (first,) = names_beside(["TSMC"], ["昨日德国总理访问台积电（TSMC）", "上周台积电(TSMC)表示"])
    assert (first.name, first.sure, first.texts) == ("台积电", True, 2)


def test_a_long_text_with_many_brackets_costs_little():
    assert names_beside(["TSMC"], ["(" * 50_000 + "TSMC" + ")" * 50_000, "TSMC(" * 20_000]) == ()
