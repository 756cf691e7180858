"""The outlet's name behind a headline is cut off, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources.query.headlines import without_outlet


@pytest.mark.parametrize(
    ("title", "outlet", "headline"),
    [
        ("Nvidia ships early - Example Post", "Example Post", "Nvidia ships early"),
        ("Puces : Nvidia accélère - Ouest-France", "Ouest-France", "Puces : Nvidia accélère"),
        ("Chip wars - what next - BBC News - Asia", "BBC News - Asia", "Chip wars - what next"),
        ("Nvidia ships early | Example Post - Example Post", "Example Post", "Nvidia ships early"),
        ("NVIDIA SHIPS - EXAMPLE  POST", "Example Post", "NVIDIA SHIPS"),
        ("昇腾芯片出货 - 样例日报", "样例日报", "昇腾芯片出货"),
        ("Nvidia - Nvidia", "Nvidia", "Nvidia"),
        ("Example Post", "Example Post", "Example Post"),
        ("Nvidia ships early - Example", "Example Post", "Nvidia ships early - Example"),
        ("No name behind it", "Example Post", "No name behind it"),
    ],
)
def test_a_known_outlet_is_cut_off_whatever_hyphens_it_has(title: str, outlet: str, headline: str):
    assert without_outlet(title, outlet) == (headline, outlet)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Nvidia ships its chips - Ouest-France", ("Nvidia ships its chips", "Ouest-France")),
        ("昇腾芯片出货 - 样例日报", ("昇腾芯片出货", "样例日报")),
        ("Nvidia - Wikipedia", ("Nvidia - Wikipedia", None)),
        ("Nothing is behind this", ("Nothing is behind this", None)),
        ("A headline of words - " + "x" * 70, ("A headline of words - " + "x" * 70, None)),
    ],
)
def test_without_a_name_what_stands_behind_the_last_gap_is_taken_for_it(title: str, found: tuple[str, str | None]):
    assert without_outlet(title, None) == found


@given(st.text(max_size=80), st.text(max_size=30))
def test_a_headline_is_never_cut_to_nothing(title: str, outlet: str):
    headline, _ = without_outlet(title, outlet or None)
    assert title.startswith(headline)
    assert bool(headline) == bool(title)


@given(
    st.text("ab -", min_size=1, max_size=20).map(str.strip).filter(bool),
    st.text("XY -.", min_size=1).map(str.strip).filter(lambda name: name.strip(" -.")),
)
def test_what_google_puts_together_is_taken_apart(headline: str, outlet: str):
    assert without_outlet(f"{headline} - {outlet}", outlet)[0] == without_outlet(headline, outlet)[0]
