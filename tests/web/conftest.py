"""A service on a loopback port, with an edition in its archive and two readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from webservice import Service, running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running(tmp_path) as found:
        yield found
