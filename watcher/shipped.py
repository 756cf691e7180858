"""Where the files that come with the program are: in the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The shipped `templates`, `seeds` or `config.toml`."""
    packed = _PACKAGE / "_shipped" / name
    return packed if packed.exists() else _PACKAGE.parent / name
