"""Fixtures of the whole suite."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

# Test files are no packages: what several of them share lies in `support/`, and is found wherever pytest starts.
sys.path.insert(0, str(Path(__file__).parent / "support"))

from origin import Origin

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A scripted HTTP server on loopback, closed at the end of the test."""
    server = Origin()
    yield server
    server.close()


@pytest.fixture
def noon() -> datetime:
    """A fixed moment, for clocks."""
    return NOON
