import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.store import codec
from watcher.types import Edition, Evidence, Footer, Memory, Outcome, Recipient, Trouble, Verdict

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=()), max_size=5),  # lone surrogates and NUL included
    int: st.integers(-(2**70), 2**70),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    datetime: st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])).filter(
        lambda moment: 2 < moment.year < 9998
    ),
    date: st.dates(),
    timedelta: st.timedeltas(),
    type(None): st.none(),
}


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type, whatever stands in `watcher.types`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in SCALARS:
        return SCALARS[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: anything(hints[field.name]) for field in fields(hint)})
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(anything, arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(anything(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(anything, arguments))
    if origin is frozenset:
        return st.frozensets(anything(arguments[0]), max_size=3)
    assert issubclass(origin, Mapping)
    return st.dictionaries(anything(arguments[0]), anything(arguments[1]), max_size=2)


@pytest.mark.parametrize("kind", [Edition, Verdict, Trouble, Memory, Recipient])
def test_what_is_written_reads_back_equal(kind: type) -> None:
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # an edition is large, the machine busy
    @given(anything(kind))
    def check(value: Any) -> None:
        text = codec.dumps(value)
        assert codec.loads(kind, text) == value
        assert "\0" not in text
        text.encode()  # no lone surrogate

    check()


def test_a_bare_tuple_and_a_bare_mapping_can_be_kept_too() -> None:
    assert codec.loads(tuple[str, ...], codec.dumps(("a", "b"))) == ("a", "b")
    assert codec.loads(Mapping[Outcome, int], codec.dumps({Outcome.SEEN: 3})) == {Outcome.SEEN: 3}


def test_defaults_are_not_written() -> None:
    assert codec.dumps(Verdict()) == "{}"


@dataclass(frozen=True)
class Newer:
    name: str
    added: tuple[int, ...] = (1,)


def test_a_row_of_an_older_version_gets_the_defaults_of_fields_added_since() -> None:
    assert codec.loads(Newer, '{"name":"a"}') == Newer("a")


def test_a_field_that_is_gone_is_skipped() -> None:
    assert codec.loads(Newer, '{"name":"a","colour":"red","added":[2]}') == Newer("a", (2,))


@pytest.mark.parametrize("text", ["{}", "[]", "3", "null", '{"name":"a","added":7}', "{"])
def test_what_is_no_such_value_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a stored Newer"):
        codec.loads(Newer, text)


def test_an_integer_stands_for_a_float() -> None:
    assert codec.loads(Evidence, '{"cut":1}').cut == 1.0


def test_an_edition_stored_before_reasons_were_kept_still_reads() -> None:
    text = '{"sources":3,"failing":[{"id":"a","title":"A","since":"2026-03-01T00:00:00+00:00","trouble":"no answer"}]}'
    footer = codec.loads(Footer, text)
    assert (footer.failing[0].reason, footer.changes) == (None, ())
