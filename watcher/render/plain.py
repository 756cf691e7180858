"""Text forms: lines that fit a terminal, and Markdown in which a headline stays a headline."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from watcher.render.clean import width

_COLUMNS = 78
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>|~&])")
_MARKDOWN_START = re.compile(r"^([#+=-]|\d+(?=[.)]))")
_ANCHOR = re.compile(r"[^A-Za-z0-9_-]+")


def wrap(text: str, first: str = "", rest: str | None = None) -> str:
    """`text` in lines of at most 78 columns; a word (or an address) that is longer keeps its line.

    Scripts without spaces are broken between characters, a Chinese character taking two columns.
    """
    rest = first if rest is None else rest
    lines: list[str] = []
    line, used = first, width(first)
    is_empty = True
    for piece in _pieces(text):
        columns = width(piece.rstrip())
        if not is_empty and used + columns > _COLUMNS:
            lines.append(line.rstrip())
            line, used = rest, width(rest)
        line += piece
        used += width(piece)
        is_empty = False
    return "\n".join([*lines, line.rstrip()])


def markdown(value: Any) -> Any:
    """What a template writes, escaped for Markdown; what is Markdown already passes."""
    if isinstance(value, Markup):
        return value
    escaped = _MARKDOWN_SIGNS.sub(r"\\\1", str(value))
    return Markup(_MARKDOWN_START.sub(_escape_start, escaped))  # noqa: S704 - escaped for where it goes


def anchor(text: str) -> str:
    """A story's id as the name of a place in the page."""
    return "story-" + _ANCHOR.sub("-", text)[:64]


def capital(text: str) -> str:
    """`text` with its first letter as at a sentence's beginning."""
    return text[:1].upper() + text[1:]


def _escape_start(match: re.Match[str]) -> str:
    # "1." becomes "1\.": the sign after the number is what makes a list.
    return f"{match.group()}\\" if match.group()[0].isdigit() else f"\\{match.group()}"


_PIECE = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef][，。、；：！？」』）]*\s*|(?:[^\s\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]|[\u00a0\u202f\u2007])+\s*|\s+"
)


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text)
