"""Where the figures go: one JSON file a bench, from which the README's tables are made."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


def keep(name: str, figures: Mapping[str, Any]) -> None:
    """Writes a bench's figures with the machine they were measured on, and prints them."""
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "machine": platform.machine()}
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({**figures, "measured_on": machine}, indent=1, sort_keys=True)
    (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")
    print(text)
