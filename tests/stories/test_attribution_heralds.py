"""What is looked for first stands in all that is looked for then: a form that nothing heralds would never be tried."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.stories.attribution import is_hearsay
from watcher.stories.attribution.outlets import _FORMS, _heralds, phrases
from watcher.types import Document

HEARSAY = [re.compile(each["form"], re.IGNORECASE) for each in phrases()["hearsay"]]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of([st.from_regex(form) for form in HEARSAY]))
def test_whatever_a_form_of_hearsay_finds_is_hearsay(text: str):
    opening = text[:500]
    assert is_hearsay(Document("x", opening)) == any(form.search(f"\n{opening}") for form in HEARSAY)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, len(_FORMS) - 1).flatmap(
        lambda index: st.tuples(st.just(index), st.from_regex(_FORMS[index][1], fullmatch=True))
    )
)
def test_whatever_a_form_of_a_name_finds_is_heralded(case: tuple[int, str]):
    index, text = case
    heralds, forms = _heralds()
    assert index in {forms[herald] for herald in heralds.present(f"据{text}は")}
