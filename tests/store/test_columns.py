from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect

from watcher.store.columns import Moment, Span, batches, clean_text, hash_url

DIALECT = cast("Dialect", None)  # the column asks nothing of it


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])))
def test_a_moment_comes_back_equal_and_in_utc(moment: datetime) -> None:
    stored = Moment().process_bind_param(moment, DIALECT)
    assert stored is not None
    if datetime(2, 1, 1, tzinfo=UTC) < moment < datetime(9998, 1, 1, tzinfo=UTC):
        back = Moment().process_result_value(stored, DIALECT)
        assert back == moment
        assert back.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        Moment().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001  # the point of the test


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_has_neither_nul_nor_lone_surrogates(text: str) -> None:
    cleaned = clean_text(text)
    assert "\0" not in cleaned
    cleaned.encode()
    assert clean_text(cleaned) == cleaned


@given(st.text())
def test_an_address_hashes_to_a_signed_64_bit_number(url: str) -> None:
    assert -(2**63) <= hash_url(url) < 2**63


def test_the_hash_of_an_address_never_changes() -> None:
    # Stored in every archive: another hash would follow every lead again.
    assert hash_url("https://beispielblatt.example/a") == -2353488997426453463


@given(st.lists(st.integers()), st.integers(1, 7))
def test_batches_hold_everything_once_in_order(rows: list[Any], size: int) -> None:
    parts = list(batches(rows, size))
    assert [row for part in parts for row in part] == rows
    assert all(0 < len(part) <= size for part in parts)


@given(st.timedeltas())
def test_a_span_comes_back_equal(span: timedelta) -> None:
    stored = Span().process_bind_param(span, DIALECT)
    assert Span().process_result_value(stored, DIALECT) == span
