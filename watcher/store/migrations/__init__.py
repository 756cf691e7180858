"""The schema's history. Adding a step: a file in `versions/`, its revision at the end of `REVISIONS`."""

from __future__ import annotations

# Known without importing Alembic (0.3 s): opening an up-to-date database compares one row with the last of these.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
