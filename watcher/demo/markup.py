"""From a piece's marked-up body to HTML: paragraphs, subheadings, quotations, lists."""

from __future__ import annotations

from html import escape

from watcher.demo.content import Piece


def body_html(piece: Piece) -> str:
    """The body as a newsroom's editor would have saved it."""
    return "\n".join(_block(part) for part in piece.paragraphs)


def first_paragraphs(piece: Piece, count: int) -> str:
    """What a paywall lets everybody read."""
    return "\n".join(_block(part) for part in piece.paragraphs[:count])


def _block(part: str) -> str:
    if part.startswith("## "):
        return f"<h2>{escape(part[3:])}</h2>"
    if part.startswith("> "):
        return f"<blockquote><p>{escape(part[2:])}</p></blockquote>"
    if part.startswith(("http://", "https://")):
        return f'<p><a href="{escape(part)}">{escape(part)}</a></p>'
    if part.startswith("- "):
        return "<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in part.splitlines()) + "</ul>"
    return f"<p>{escape(part, quote=False)}</p>"
