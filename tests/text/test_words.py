"""The words by which articles are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.words import comparable, indexed, is_findable, is_paired, plain_runs, runs, spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nvidia’s H200, naïve ＮＶＩＤＩＡ", "nvidia s h200 naive nvidia"),
        ("50,000 or 50.000 or 3,5 or 910C", "50000 or 50000 or 3.5 or 910c"),
        ("ارتفع ٥٠ ألف", "ارتفع 50 الف"),
        ("华为的昇腾910C芯片", "华为 为的 的昇 昇腾 腾 910c 芯片 片"),
        ("ファーウェイ・ジャパン", "ファ ァー ーウ ウェ ェイ イ シャ ャハ ハン ン"),
        ("엔비디아가 칩을", "엔비 비디 디아 아가 가 칩을 을"),
        ("नमस्ते दुनिया।", "नमस्ते दुनिया"),
        ("ไทย๏ข่าว", "ไท ทย ย ข่ ่า าว ว"),
        ("foo_bar/baz-qux", "foo bar baz qux"),
        ("芯", "芯"),
        ('" OR * ( - .', "or"),
    ],
)
def test_a_text_is_cut_into_words_whatever_its_script(text: str, words: str):
    assert indexed(text) == words


def test_what_can_be_told_apart_by_an_accent_alone_is_one_word():
    assert indexed("Müller łódź Åse ŁÓDŹ") == indexed("muller lodz ase lodz")


@given(st.text())
def test_any_text_has_words_without_anything_an_index_could_misread(text: str):
    for word in indexed(text).split(" "):
        assert all(sign.isalnum() or sign == "." or ord(sign) > 127 for sign in word)
        assert not word.startswith(".")


@given(st.text(alphabet="aB1,.ß华为昇ｱガ가 ไ़ि\n", max_size=60))
def test_every_run_stands_where_it_says(text: str):
    found = runs(text)
    assert found.texts == plain_runs(text)
    before = 0
    for number, run in enumerate(found.texts):
        start, end = found.span(number)
        assert before <= start < end <= len(text)
        before = end
        # Whatever the run is, its own piece of the text holds it.
        assert run in plain_runs(text[start:end])


def test_a_word_longer_than_any_word_is_cut_the_same_way_wherever_it_stands():
    assert plain_runs("x" * 500) == plain_runs(f"{'x' * 64}y{'z' * 300}".replace("y", "x").replace("z", "x"))
    assert is_paired("昇")
    assert not is_paired("a")


@given(
    st.text(alphabet="aB1,.ß华为昇ｱガ가 ไ़ि\u0301\u00ad\n", max_size=60),
    st.text(alphabet="abß华昇가ไि", min_size=1, max_size=3),
    st.booleans(),
)
def test_a_word_is_found_where_the_runs_of_a_text_have_it(text, asked, begins):
    (*_, wanted) = plain_runs(asked) or [""]
    if not wanted or not is_findable(wanted):
        return
    stands, expected = runs(text), []
    for number, has in enumerate(stands.texts):
        if is_paired(wanted):
            start = has.find(wanted)
            while start >= 0:
                expected.append(stands.part(number, start, start + len(wanted)))
                start = has.find(wanted, start + len(wanted))
        elif has == wanted or (begins and has.startswith(wanted)):
            expected.append(stands.span(number))
    assert spans(comparable(text), wanted, begins) == expected
