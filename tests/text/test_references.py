from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text.references import unescaped


@pytest.mark.parametrize("digits", [7, 8, 4300, 4301, 200_000])
@pytest.mark.parametrize("form", ["&#{};", "&#x{};", "&#{}"])
def test_a_number_of_any_length_is_a_reference_to_nothing(form: str, digits: int) -> None:
    text = unescaped(f"5 &lt; 6 {form.format('9' * digits)} news")
    assert text.startswith("5 < 6 ")
    assert text.endswith(" news")
    assert len(text) < 20


@given(st.text(st.sampled_from("&#xX0123456789abcdefltgamp; "), max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    assert len(unescaped(text)) <= len(text)
