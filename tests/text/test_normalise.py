from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.text.normalise import fold, normalise

# Every code point, lone surrogates included; and letters that are likely to interact.
ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
LIKELY = st.text(
    "aAνηЖпокßİıſ\u0301\u0307\u0345\u200b\u00ad\u1100\u1161\u11a8가ㄱㅏｶﾞカ\u3099 \n\u3000５½ﬁ…", max_size=30
)


@given(ANY | LIKELY)
@example("\ud800\x00a\udfff")
@example("ﾡￂ")
@example("ΐ\u0345")
@example("\u1100\u0300\u1161")
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded


@given(ANY | LIKELY)
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded = normalise(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= offset <= len(text) for offset in folded.offsets)


@given(LIKELY, st.lists(st.tuples(st.integers(0, 30), st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad"))))
def test_invisible_characters_change_nothing(text: str, added: list[tuple[int, str]]) -> None:
    dirty = text
    for position, character in added:
        dirty = dirty[:position] + character + dirty[position:]
    assert fold(dirty) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE in MÜNCHEN", "straße in munchen"),
        ("Nvidiа Аsсеnd", "Nvidia Ascend"),  # Cyrillic а, А, с, е
        ("NVΙDΙΑ", "nvidia"),  # Greek capitals
        ("moνing", "moving"),  # Greek nu, in a Latin word only
        ("МОСКВА", "москва"),
        ("ΑΘΗΝΑ ΝΈΑ", "αθήνα νέα"),
        ("Moсква", "Москва"),  # Latin M and o in a Russian word
        ("ﬁnal　５０％", "final 50%"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),  # Korean letters, as some file systems write them
        ("ﾃﾞｰﾀ", "データ"),
        ("مُدَرِّسـة", "مدرسة"),
        ("٤٢", "42"),
        ("soft\u00adhyphen\x00", "softhyphen"),
        (" two \t\n words\u00a0", "two words"),
    ],
)
def test_what_reads_the_same_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("910B", "910C"), ("5.1", "51"), ("が", "か"), ("ไม้", "ไม่"), ("no", "on")])
def test_what_reads_differently_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_the_way_back_spans_dropped_characters() -> None:
    text = "x  Cafe\u0301\u200b au lait"
    folded = normalise(text)
    start = folded.text.index("cafe")
    assert text[folded.offsets[start] : folded.offsets[start + 4]] == "Cafe\u0301\u200b"
