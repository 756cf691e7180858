"""What the columns of the tables are made with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean
from sqlmodel import Field

from watcher.store.columns import BigKey, CleanText, Moment


def text_field(**options: Any) -> Any:
    """Text that every database accepts."""
    return Field(sa_type=CleanText, **options)


def moment_field(**options: Any) -> Any:
    """An aware moment."""
    return Field(sa_type=Moment, **options)


def flag_field() -> Any:
    """True or false; false where nothing is said."""
    return Field(default=False, sa_type=Boolean)


def key_field(**options: Any) -> Any:
    """A signed 64-bit number that names a row."""
    return Field(sa_type=BigKey, **options)
