"""What the tables are made of: column types that mean the same on every database, and the hash of an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, Text, TypeDecorator

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# A 64-bit row id. SQLite makes a column the row's own key only if its type is spelt INTEGER.
BigKey = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware moment as microseconds since 1970 in UTC, a 64-bit integer on every database.

    Not DATETIME: SQLite has none (SQLAlchemy would write 26 characters of text, without a zone, three times as slow
    to read back), and integers sort, index and copy to another database without a driver's opinion.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's signature
        return None if value is None else (value - _EPOCH) // _MICROSECOND  # a naive one raises TypeError here

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # likewise
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Span(TypeDecorator[timedelta]):
    """A length of time as microseconds, a 64-bit integer on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's signature
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:  # noqa: ARG002  # likewise
        return None if value is None else value * _MICROSECOND


class CleanText(TypeDecorator[str]):
    """Text that every database accepts: without NUL (PostgreSQL refuses it) and lone surrogates (no UTF-8)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        return None if value is None else clean_text(value)


def clean_text(text: str) -> str:
    """The text without NUL, its lone surrogates replaced by a question mark."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode(errors="replace").decode()
    return text


def hash_url(url: str) -> int:
    """The signed 64-bit key of an address. At 10 million addresses two share one with a chance of 3 in a million."""
    digest = blake2b(clean_text(url).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def batches(rows: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Slices of at most `size`: a statement's number of values is limited (SQLite 32,766, PostgreSQL 65,535)."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
