"""Edge: what readers get. The one door to Jinja2, nh3, css-inline and Babel."""

from __future__ import annotations

from watcher.render.files import edition_name, write_atomically, write_edition, write_index
from watcher.render.renderer import FORMS, Form, Notice, Renderer

__all__ = [
    "FORMS",
    "Form",
    "Notice",
    "Renderer",
    "edition_name",
    "write_atomically",
    "write_edition",
    "write_index",
]
